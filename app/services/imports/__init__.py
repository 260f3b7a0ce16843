"""Reading other programs' files into the book: accounts, services, invoices and payments.

A map (TOML) says what the columns of a file mean here; `maps.reader` checks it, `files.reading` takes the file apart,
`staging` turns rows into typed records, and one module for each kind judges them against the database and writes what
is new. An import adds, and never changes: a record that is there with the same content is skipped, one with other
content is refused, and one wrong row keeps the whole file out.
"""
