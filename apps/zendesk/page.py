"""The sidebar's first page: the built app, and what is written into it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SESSION_MARK = "<!--handrail:session-->"
SDK_MARK = "%ZAF_SDK_URL%"
FRAMES = "frame-ancestors https://*.zendesk.com"
NO_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # an empty style element, filled by script alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The built app, and what is written into its first page."""

    folder: Path
    sdk_url: str
    frame_ancestors: str = FRAMES

    def html(self, session: dict[str, Any], nonce: str) -> str:
        text = (self.folder / "index.html").read_text(encoding="utf-8")
        # A name that contains "</script>" or "<!--" would change where the element ends.
        values = json.dumps(session).replace("<", "\\u003c")
        script = f'<script nonce="{nonce}">window.HANDRAIL={values}</script>'
        return text.replace(SDK_MARK, self.sdk_url).replace(SESSION_MARK, script)

    def security_policy(self, nonce: str) -> str:
        """What the page may load and whom it may speak to: us, and the ZAF client from where it comes."""
        sdk = urlsplit(self.sdk_url)
        scripts = f"'self' 'nonce-{nonce}'" + (f" {sdk.scheme}://{sdk.netloc}" if sdk.netloc else "")
        rules = (
            "default-src 'none'",
            "connect-src 'self'",
            "img-src 'self'",
            f"script-src {scripts}",
            f"style-src 'self' {NO_STYLE}",
            "base-uri 'none'",
            "form-action 'none'",
            self.frame_ancestors,
        )
        return "; ".join(rules)
