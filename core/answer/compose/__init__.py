"""Replies worded by a language model: asked with patience, read with suspicion, checked sentence by sentence."""
