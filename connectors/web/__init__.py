"""Web pages as articles: a site's sitemap, its robots.txt, and each page's main part."""
