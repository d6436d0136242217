"""The page to play with: sizes to move, formulas with live values, and curves that follow."""
