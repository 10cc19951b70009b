"""MovieLabs Avails: what a studio offers a shop, as workbooks (1.7 to 1.9) and as XML (2.x)."""
