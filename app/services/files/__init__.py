"""Files on this computer: taken apart (encodings, columns, figures and days in words), and written whole."""
