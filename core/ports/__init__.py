"""What the core asks of the world, in the core's own words.

Every method may raise the errors of `core.errors` and nothing else. Each port is implemented in `connectors/`.
"""

from core.ports.basics import Now, Vector
from core.ports.cases import (
    ConversationTable,
    CorrectionTable,
    CustomerTable,
    DecisionTable,
    FigureTable,
    InsertionTable,
    PulseTable,
    SignInTable,
)
from core.ports.incoming import Inbox, Publisher, Signature, SignedRequest, SignIns
from core.ports.knowledge import ArticleTable, GapTable, Shelved
from core.ports.reading import (
    EmotionReader,
    Encoder,
    FileReader,
    ImageReader,
    IntentCorrections,
    IntentReader,
    LanguageModel,
    LanguageReader,
    Likeness,
    OutcomeReader,
    SentimentReader,
    TriggerReader,
    VectorIndex,
)
from core.ports.store import Store, Unit
from core.ports.vendors import Agents, Desk, Helpdesk, Messenger, Orders, Source, Staff
from core.ports.work import (
    ApprovalTable,
    CursorTable,
    EventLog,
    Ledger,
    OutboxTable,
    PolicyTable,
    RequestTable,
    SpendTable,
)

__all__ = [
    "Agents",
    "ApprovalTable",
    "ArticleTable",
    "ConversationTable",
    "CorrectionTable",
    "CursorTable",
    "CustomerTable",
    "DecisionTable",
    "Desk",
    "EmotionReader",
    "Encoder",
    "EventLog",
    "FigureTable",
    "FileReader",
    "GapTable",
    "Helpdesk",
    "ImageReader",
    "Inbox",
    "InsertionTable",
    "IntentCorrections",
    "IntentReader",
    "LanguageModel",
    "LanguageReader",
    "Ledger",
    "Likeness",
    "Messenger",
    "Now",
    "Orders",
    "OutboxTable",
    "OutcomeReader",
    "PolicyTable",
    "Publisher",
    "PulseTable",
    "RequestTable",
    "SentimentReader",
    "Shelved",
    "SignInTable",
    "SignIns",
    "Signature",
    "SignedRequest",
    "Source",
    "SpendTable",
    "Staff",
    "Store",
    "TriggerReader",
    "Unit",
    "Vector",
    "VectorIndex",
]
