"""What editors can put on a page. The template of each has its name, in templates/home/blocks/."""

from home.blocks.directory import ChosenServicesBlock, NumbersBlock, ServiceListBlock
from home.blocks.files import DownloadBlock, EasyReadBlock, PictureBlock, SignedBlock, VideoBlock
from home.blocks.words import (
    ActionBlock,
    CalloutBlock,
    DetailsBlock,
    HeadingBlock,
    KeptBlock,
    ParagraphBlock,
    QuoteBlock,
    StepsBlock,
)

BODY_BLOCKS = [
    ("paragraph", ParagraphBlock()),
    ("heading", HeadingBlock()),
    ("action", ActionBlock()),
    ("services", ChosenServicesBlock()),
    ("service_list", ServiceListBlock()),
    ("numbers", NumbersBlock()),
    ("callout", CalloutBlock()),
    ("steps", StepsBlock()),
    ("details", DetailsBlock()),
    ("quote", QuoteBlock()),
    ("picture", PictureBlock()),
    ("video", VideoBlock()),
    ("signed", SignedBlock()),
    ("download", DownloadBlock()),
    ("easy_read", EasyReadBlock()),
    ("kept", KeptBlock()),
]
