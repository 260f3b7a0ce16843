"""The language of a list's one box: free words and `field:value`, as staff type them.

`fields` is the one table of what can be asked; it documents the language, drives completion and reading alike.
`parser` turns a text into terms, or says which part it could not read and what would be right. Nothing here knows a
database: `customer_conditions` makes statements of terms.
"""
