"""What the Makefile calls: the machine under the product. Standard library only."""
