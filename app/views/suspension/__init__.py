"""The scan: previewing whom the rules would suspend or restore, looking at the reasons, and applying what is ticked."""
