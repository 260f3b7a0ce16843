"""Automatic suspension and restoration: rule sets, the set-based judgement, runs that survive a kill, reasons.

The same statement judges the preview and, again inside each chunk's transaction, the committed run. The pure rule in
`app.models.rules.suspension_decision` is its reference.
"""
