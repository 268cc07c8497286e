"""How each case of theory.json is measured."""
