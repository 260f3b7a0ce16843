"""What is said where another writer took a key or a row between the look of a command and its writing.

Commands look before they write and refuse in words of their own. Whoever comes second by a moment is run again and
sees what the first one did; what is left over after that meets a constraint, and this is the one table of what its
name means to people.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from app.services.errors import RefusedByRule

_NOTHING = "Nothing of this step was saved."
_GONE = f"Somebody deleted what this step needs. {_NOTHING} Look again."

SENTENCES: dict[str, str] = {
    "uq_account_provider_id_code": "An account of this provider has this code by now. Choose another.",
    "uq_account_provider_code": "Another provider has this code by now; those of providers are unique in the whole "
                                "database. Choose another.",
    "uq_account_operator": "Somebody has made the operator of this database already.",
    "uq_account_group_provider_id_code": "An account group of this provider has this code by now. Choose another.",
    "uq_account_profile_provider_id_name": "A profile of this provider has this name by now. Choose another.",
    "uq_provider_realm": "Another provider has this realm by now. Choose another.",
    "uq_service_provider_id_identifier": "Another service of this provider has this number by now. Choose another.",
    "uq_service_restriction_open": "Somebody restricted a service of this account meanwhile. Look again.",
    "uq_hold_open_overdue": "Somebody placed an overdue hold on this account meanwhile. Look again.",
    "uq_financial_transaction_provider_id_kind_number": "A document of this provider has this number by now. Give it "
                                                        "another one, or look whether it is the same.",
    "uq_account_classification_provider_id_code": "A classification of this provider has this code by now. Choose "
                                                  "another.",
    "uq_kyc_profile_provider_id_code": "A KYC profile of this provider has this code by now. Choose another.",
    "uq_override_rule_provider_id_name": "An override rule of this provider has this name by now. Choose another.",
    "uq_account_write_off_standing": "Somebody wrote this account off meanwhile. Look again.",
    "uq_account_write_off_mirror_id": "Somebody wrote this account off meanwhile. Look again.",
    "uq_account_write_off_entry_credit_id": "Somebody wrote this account off meanwhile. Look again.",
    "uq_accounting_period_open": "Somebody set up or closed the accounting period meanwhile. Look again.",
    "uq_accounting_period_provider_id_number": "Somebody set up or closed the accounting period meanwhile. Look again.",
    "uq_accounting_period_provider_id_starts_on": "Somebody set up or closed the accounting period meanwhile. Look "
                                                  "again.",
    "uq_currency_rate_period_provider_id_currency_from_date": "A rate of this currency begins on this day by now. Look "
                                                              "at the rates again.",
    "uq_financial_transaction_back_office_code": "A document of this kind has this back-office code by now. Choose "
                                                 "another.",
    "uq_transaction_type_provider_id_code": "A type of this provider has this code by now. Choose another.",
    "uq_transaction_type_default": "Another type became the default of this kind meanwhile. Look again.",
    "uq_financial_transaction_cancels_id": "Somebody has cancelled this document already.",
    "uq_allocation_reverses_id": "Somebody has taken this allocation back already.",
    "uq_org_unit_provider_id_name": "An org unit of this provider has this name by now. Choose another.",
    "uq_org_unit_provider_id_code": "An org unit of this provider has this code by now. Choose another.",
    "uq_staff_role_provider_id_name": "A role of this provider has this name by now. Choose another.",
    "uq_staff_user_login": "Somebody has this login by now. Choose another.",
    "uq_suspension_rule_set_provider_id_version": "Somebody entered suspension rules for this provider meanwhile. Look "
                                                  "at them, then enter yours again.",
    "uq_event_mapping_provider_id_profile_id_event_period_days":
        "Somebody gave this profile the same event meanwhile. Look again.",
    "uq_event_template_mapping_id_action_version": "Somebody saved this template meanwhile. Look again.",
    "uq_promise_to_pay_open": "Somebody entered a promise to pay for this account meanwhile. Look again.",
    "uq_group_membership_open": "Somebody put this account into a group account meanwhile. Look again.",
    "uq_funding_group_open": "Somebody made this account the parent of a group account meanwhile. Look again.",
    "uq_hold_open_parent_group": "Somebody changed the parent of this group account meanwhile. Look again.",
    "uq_product_family_provider_id_code": "A product family of this provider has this code by now. Choose another.",
    "uq_product_type_provider_id_code": "A product type of this provider has this code by now. Choose another.",
    "uq_brake_stop_open": "Another run of this provider has stopped at the safety brake meanwhile. Look again.",
    "uq_saved_view_owner_place_name": "You saved a view of this name in another window. Choose another name.",
    "uq_account_contact_primary": "Somebody made another contact the primary one meanwhile. Look again.",
    "uq_account_contact_billing": "Somebody made another contact the billing one meanwhile. Look again.",
    "pk_account_contact": "This person is a contact of this account already.",
    "pk_account_group_member": "Somebody added one of these accounts to the group meanwhile. Look again.",
    **dict.fromkeys(("fk_account_profile", "fk_provider_default_profile", "fk_profile_attributes_owner_id"),
                    "Somebody deleted the profile. Choose another."),
    **dict.fromkeys(("fk_account_group_member_provider_id_group_id", "fk_org_unit_group_provider_id_group_id",
                     "fk_suspension_rule_excluded_group_group_id"),
                    "Somebody deleted the account group, or it is still in use. Look again."),
    **dict.fromkeys(("fk_org_unit_role_provider_id_role_id", "fk_staff_role_power_role_id"),
                    "Somebody deleted the role, or it is still in use. Look again."),
    **dict.fromkeys(("fk_staff_user_provider_id_unit_id", "fk_org_unit_group_provider_id_unit_id",
                     "fk_org_unit_role_provider_id_unit_id"),
                    "Somebody deleted the org unit, or it is still in use. Look again."),
    "fk_account_contact_contact_id": "Somebody deleted the contact. Choose another.",
}
"""Name of a constraint → what happened and what would be right."""


def refusal_of(error: Exception) -> RefusedByRule | None:
    """The refusal for what somebody else did meanwhile; None where it is no such thing."""
    if isinstance(error, StaleDataError | ObjectDeletedError | NoResultFound):
        return RefusedByRule(_GONE)
    if not isinstance(error, IntegrityError):
        return None
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    sentence = SENTENCES.get(name)
    return None if sentence is None else RefusedByRule(f"{sentence} {_NOTHING}")
