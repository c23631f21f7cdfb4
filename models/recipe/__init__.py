"""The recipe of the shipped encoder: restore, data, train, export, evaluate."""
