"""Whom the business deals with, and who deals: accounts, providers, contacts, profiles, groups, services, staff."""
