"""One folder per vendor or engine; each implements ports and translates its errors into ours."""
