"""What a worker must know before acting, as it came with the site. Short and unmistakable."""

from selfreferral.sentence_list import Declared

NOTE = "To the worker, above the letter: "

NOTES = {
    "note_honour": Declared(
        "Leads only. Never contact family or community. Never mediate. No interpreter from the community. "
        "Do not go through someone else before a lead agrees.",
        NOTE + "family, “honour”, marriage or FGM",
    ),
    "note_advice_only": Declared(
        "Advice to the caller only. Do not contact the person: they do not know, or it is not safe.",
        NOTE + "somebody asks for another person",
    ),
    "note_keep_caller_secret": Declared(
        "The person must not learn who asked for them, unless the caller said that they may.",
        NOTE + "the caller’s name is kept",
    ),
    "note_hand_on": Declared(
        "Lives outside our area. Take it, then hand it on with their agreement. Do not ask them to tell it "
        "again.",
        NOTE + "out of area",
    ),
    "note_fleeing_into": Declared(
        "Fleeing into our area. Tell nobody where they lived before that they are here. Ask first.",
        NOTE + "fleeing into the area",
    ),
    "note_fleeing_out": Declared(
        "Fleeing out of our area. Tell nobody here where they are going. Ask before you hand it on.",
        NOTE + "fleeing out of the area",
    ),
    "note_conflict": Declared(
        "The person who is harming them works for the council, the police or a provider. Share nothing with "
        "that workplace. Ask your lead first.",
        NOTE + "conflict of interest",
    ),
    "note_child_to_parent": Declared(
        "The harm comes from their child. Blame neither. The child may need help and safeguarding too.",
        NOTE + "from my child",
    ),
    "note_ring_us": Declared(
        "They will ring us. Do not contact them. Keep this at hand for their call.", NOTE + "“I will call”"
    ),
    "note_ring_us_caller": Declared(
        "The caller will ring us. Do not contact them. Keep this at hand for their call.",
        NOTE + "“I will call”, said by somebody who asks for another person",
    ),
    "note_ring_us_them": Declared(
        "The person whom this is about will ring us. Do not contact them. Keep this at hand for their call.",
        NOTE + "“They will call”, about the person whom it is about",
    ),
    "note_no_consent": Declared(
        "Referred without the person’s consent. Read the reason, and whether they were told, before you act.",
        NOTE + "a professional without consent",
    ),
    "note_young": Declared(
        "Under 18: a child in law. Do not ask for a parent’s consent. Do not tell a parent before asking "
        "whether that is safe.",
        NOTE + "under 18",
    ),
    "note_interpreter": Declared(
        "Needs an interpreter. Professional only: never family, friends or somebody from their community.",
        NOTE + "interpreter",
    ),
    "note_phone": Declared(
        "It came by phone. A worker wrote down what they heard: the words may not be the person’s own.",
        NOTE + "written down from a call",
    ),
    "note_fast": Declared(
        "Filled in very fast. Treat it as real: some people have only a moment.", NOTE + "sent very fast"
    ),
    "note_honeypot": Declared(
        "A hidden field was filled in, perhaps by a program or by their browser. Treat it as real until you "
        "know.",
        NOTE + "a hidden field was filled in",
    ),
    "note_many": Declared(
        "Many were sent from one connection, as from a refuge or library. Treat each as real.",
        NOTE + "many from one connection",
    ),
}
