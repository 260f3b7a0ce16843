"""Files of other programs taken apart: encodings, columns, words, and the map that says what they mean."""
