"""Status pages, as most of them speak: Statuspage's public JSON, or an RSS or Atom feed."""
