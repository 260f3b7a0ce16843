"""How an invoice looks: layouts, tables, fonts, and the PDF writer."""
