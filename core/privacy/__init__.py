"""Personal data: found in any text, masked before a model sees it, taken out of what is kept."""
