"""What the core asks of the world, in the core's own words.

Every method may raise the errors of `core.errors` and nothing else. Each port is implemented in `connectors/`.
"""

from core.ports.appointments import Calendar, Probe
from core.ports.basics import Now, Vector
from core.ports.calls import CallTable
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
from core.ports.journey import JourneyTable, OfferBoard
from core.ports.knowledge import ArticleTable, GapTable, Shelved
from core.ports.people import MergeTable, ProfileSource, ProfileTable, VerificationTable
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
from core.ports.threads import ThreadTable
from core.ports.vendors import (
    Agents,
    Desk,
    Helpdesk,
    Media,
    Messenger,
    Orders,
    Scanner,
    Source,
    Staff,
    Switchboard,
    Typing,
)
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
    "Calendar",
    "CallTable",
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
    "JourneyTable",
    "LanguageModel",
    "LanguageReader",
    "Ledger",
    "Likeness",
    "Media",
    "MergeTable",
    "Messenger",
    "Now",
    "OfferBoard",
    "Orders",
    "OutboxTable",
    "OutcomeReader",
    "PolicyTable",
    "Probe",
    "ProfileSource",
    "ProfileTable",
    "Publisher",
    "PulseTable",
    "RequestTable",
    "Scanner",
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
    "Switchboard",
    "ThreadTable",
    "TriggerReader",
    "Typing",
    "Unit",
    "Vector",
    "VectorIndex",
    "VerificationTable",
]
