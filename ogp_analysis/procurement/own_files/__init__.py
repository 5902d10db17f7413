"""Clean files of a user: CompraNet and OCDS of any size, in blocks, with the record of what was changed."""
