"""What the public reads, as it came with the site. Plain text: the template adds numbers and links.

Only numbers that are the same everywhere in the country stand in the words (999, 55, 18000,
116 123, 111). A slug is used in templates as `says.SLUG` and in Python as `say("SLUG")`;
tests/selfreferral/test_sentences.py fails for one that nobody declared or nobody uses.
"""

from typing import NamedTuple


class Declared(NamedTuple):
    """`where` tells a safeguarding lead, in plain words, where the sentence stands."""

    words: str
    where: str


LIMITS = "Before the first question and at “Who will know”: "
DANGER = "Wherever somebody may be in danger now: "
TOLD = "Under 18, before they write about themselves: "
CHILD = "The page for somebody under 16: "
SOMEONE = "Asking for somebody else: "
PROF = "Professionals, at the start and after sending: "
PROF_ASKS = "Professionals, beside a question: "
OWN = "Worried about their own behaviour: "

PUBLIC = {
    # --- who reads it, who may be told ---
    "limits_reads": Declared(
        "It is locked when you send it. Only that team has the key; two named people keep a spare one "
        "for emergencies.",
        LIMITS + "after who reads it",
    ),
    "limits_private": Declared(
        "They keep it private. They may have to tell somebody, even if you do not agree, when a person’s "
        "life is in danger, or a child or an adult who needs care may be harmed. They tell you first, if "
        "that is safe.",
        LIMITS + "who may be told",
    ),
    "limits_children": Declared(
        "If you are under 18, the law sees you as a child. They may have to tell people whose job is to "
        "keep children safe.",
        LIMITS + "under 18",
    ),
    "limits_conflict": Declared(
        "Does the person who is harming you work for the council, the police or a service that helps? Tell "
        "us. Then what you send goes to another team, and not to the usual one.",
        LIMITS + "when the person who is harming them works there",
    ),
    "safer_device": Declared(
        "Use a phone or computer that the person who is harming you does not look at, if you can.",
        "Before the form: how to leave",
    ),
    # --- in danger now ---
    "danger_call": Declared("Call 999.", DANGER + "first line"),
    "danger_silent": Declared(
        "If you cannot speak: call 999 from a mobile, listen, cough or tap the phone if you can, and press "
        "55 when asked.",
        DANGER + "cannot speak",
    ),
    "danger_deaf": Declared(
        "Deaf, or cannot use your voice: 18000 by the Relay UK app or textphone, or 999 BSL.",
        DANGER + "Deaf people",
    ),
    "danger_lead": Declared("If somebody may hurt you now:", "“Not safe right now”: first line"),
    "danger_them_lead": Declared(
        "If somebody may be hurt now, call. Do not step in between: that can put you and them in more "
        "danger.",
        "“They are not safe right now”: first line",
    ),
    "danger_go_on": Declared(
        "You can also go on here. We mark what you send as urgent. Nobody may read it for some hours, so "
        "please ring if you can.",
        "“Not safe right now”: last line",
    ),
    # --- said aloud by a worker, with somebody on the line ---
    "phone_reads": Declared(
        "I write down what you tell me. It goes, locked, to the team that answers. Only they can open it; "
        "two named people keep a spare key for emergencies.",
        "A call that is written down: said before the first question",
    ),
    "phone_contact": Declared(
        "We need one safe way to reach you, and nothing else. We use no way that you do not name. You can "
        "also say that you will ring us.",
        "A call that is written down: before the safe ways of contact",
    ),
    "phone_contact_them": Declared(
        "We need one safe way to reach you. We do not contact the person unless they know and it is safe.",
        "A call about another person: before the safe ways of contact",
    ),
    "phone_changed": Declared(
        "If this way of contact stops being safe, or you change your mind, ring the same number again.",
        "A call that is written down: after it is sent",
    ),
    # --- beside an answer ---
    "strangled": Declared(
        "If somebody has strangled or choked you, see a doctor soon, even if there are no marks. Call 999 "
        "or go to A&E now if your breathing, your voice or your swallowing has changed, or if you feel "
        "faint or confused.",
        "After “strangled or choked” is ticked",
    ),
    "ending_life": Declared(
        "If you think about ending your life, please talk to somebody now. Samaritans listen day and night: "
        "call 116 123. Or call NHS 111 and choose the mental health option. If your life is in danger, call "
        "999.",
        "After “thoughts of ending life” is ticked",
    ),
    "taken": Declared(
        "If somebody may take you abroad or make you marry, you can say no. Call 999 if it is happening now. "
        "At an airport or a station, tell anybody who works there.",
        "After “taken abroad or made to marry” is ticked",
    ),
    "honour_public": Declared(
        "We do not talk to your family or to people in your community. We do not ask them to settle it "
        "with you. You can have an interpreter who does not know them.",
        "After family, “honour”, marriage or FGM is ticked",
    ),
    "honour_through": Declared(
        "Think before we reach you through someone else. Choose only somebody who will not tell your "
        "family or people in your community.",
        "“Through someone else”, and family, “honour”, marriage or FGM is ticked",
    ),
    "child_to_parent": Declared(
        "Many parents are hurt by their child. It is not your fault, and asking for help does not make you "
        "a bad parent. There is help for you and for your child.",
        "After “from my child” is ticked",
    ),
    "strangled_them": Declared(
        "If somebody has strangled or choked them, they should see a doctor soon, even if there are no "
        "marks. Call 999 or go to A&E now if their breathing, voice or swallowing has changed, or if they "
        "feel faint or confused.",
        SOMEONE + "after “strangled or choked” is ticked",
    ),
    "ending_life_them": Declared(
        "If they think about ending their life, they can talk to somebody now: Samaritans, day and night, "
        "call 116 123, or NHS 111 and the mental health option. If their life is in danger, call 999.",
        SOMEONE + "after “thoughts of ending life” is ticked",
    ),
    "taken_them": Declared(
        "If somebody may be taken abroad or made to marry, call 999 if it is happening now. Do not ask the "
        "family about it.",
        SOMEONE + "after “taken abroad or made to marry” is ticked",
    ),
    "honour_public_them": Declared(
        "Please do not talk to their family or to people in their community about it. We do not either, and "
        "we do not ask them to settle it.",
        SOMEONE + "after family, “honour”, marriage or FGM is ticked",
    ),
    "honour_through_them": Declared(
        "Think before we reach them through someone else. Choose only somebody who will not tell their "
        "family or people in their community.",
        SOMEONE + "“Through someone else”, and family, “honour”, marriage or FGM is ticked",
    ),
    "child_to_parent_them": Declared(
        "Many parents are hurt by their child. It is not their fault, and asking for help does not make "
        "anybody a bad parent. There is help for the parent and for the child.",
        SOMEONE + "after “from a son or daughter” is ticked",
    ),
    "equality_counted": Declared(
        "These answers help us see who we do not reach. They are only added up, with those of everybody "
        "else in a month. They are not sent with what you wrote, and the team that reads it does not see "
        "them.",
        "Equality questions, before the first",
    ),
    "elsewhere_public": Declared(
        "You can ask here wherever you live. If a team near you can do more, we ask you before we pass it "
        "on. You do not have to tell it all again.",
        "After an area that is not ours",
    ),
    # --- under 18 ---
    "told_law": Declared(
        "You are under 18, so the law sees you as a child. That gives you more rights to help.",
        TOLD + "first line",
    ),
    "told_reads": Declared("A person who works with young people reads what you send.", TOLD + "who reads"),
    "told_tell": Declared(
        "If you or another child may be harmed, they may have to tell people whose job is to keep children "
        "safe.",
        TOLD + "who may be told",
    ),
    "told_first": Declared(
        "They tell you first, if that is safe, and talk with you about what happens.", TOLD + "telling them"
    ),
    "told_parents": Declared(
        "They do not tell your parents without asking you whether that is safe.", TOLD + "parents"
    ),
    "told_talk": Declared("Ring Childline. They do not need your name.", TOLD + "talking first"),
    "child_lead": Declared(
        "It is not your fault. There are people whose job is to help you, and you can talk to them today.",
        CHILD + "first line",
    ),
    "child_grown_up": Declared(
        "You choose who: a teacher, a school nurse, a doctor, a friend’s parent, somebody in your family. "
        "You can show them this page. If the first person does not help, tell another one.",
        CHILD + "a grown-up they trust",
    ),
    "child_safeguarding": Declared(
        "You can also ring the people in the council whose job is to keep children safe. A grown-up can "
        "ring for you.",
        CHILD + "before the council’s number",
    ),
    "child_kept": Declared(
        "We cannot take it from somebody under 16 yet. Nothing was sent. You can change your answer, or "
        "delete everything now.",
        CHILD + "what becomes of what they wrote, when children cannot ask here",
    ),
    "child_ask": Declared(
        "You can also write to us here. A person whose job is to help children reads it. If you or another "
        "child may be harmed, they may have to tell people who keep children safe. They talk with you first, "
        "if that is safe.",
        CHILD + "before they write, when children may ask here",
    ),
    "child_them": Declared(
        "They are under 16. Children’s services can help them soonest: please ring. Do not tell a parent "
        "before you have asked the child whether that is safe.",
        "Somebody asks for a person who is under 16",
    ),
    # --- somebody else ---
    "someone_ask_first": Declared(
        "Ask the person what they want. Do not act without them, unless a life is in danger.",
        SOMEONE + "what to do",
    ),
    "someone_do_not": Declared(
        "Do not talk to the person who is harming them about it.", SOMEONE + "what not to do"
    ),
    "someone_hear": Declared(
        "If you hear or see somebody being hurt, call 999.", SOMEONE + "hearing or seeing it"
    ),
    "someone_advice_only": Declared(
        "We do not contact the person unless they know and it is safe. We can talk with you about what you "
        "can do.",
        SOMEONE + "the person does not know, or it may not be safe",
    ),
    "someone_keep": Declared(
        "You can ask us not to tell the person who you are. We may still have to tell the police or a "
        "judge, if a life is in danger.",
        SOMEONE + "keeping the caller’s name from the person",
    ),
    "someone_limits": Declared(
        "They keep it private. They may have to tell somebody, even if you do not agree, when a person’s "
        "life is in danger, or a child or an adult who needs care may be harmed.",
        SOMEONE + "who may be told",
    ),
    # --- professionals ---
    "prof_not_marac": Declared(
        "This is not a MARAC referral and not a child or adult safeguarding referral.", PROF + "first line"
    ),
    "prof_child_at_risk": Declared(
        "Child at risk: ring MASH now, as your agency’s procedure says.", PROF + "before MASH’s number"
    ),
    "prof_adult_at_risk": Declared(
        "Adult with care and support needs at risk: ring adult social care now, as your agency’s procedure "
        "says.",
        PROF + "before adult social care’s number",
    ),
    "prof_consent": Declared(
        "Sharing without consent can be lawful when it is necessary and proportionate. Record why. Tell the "
        "person, unless that is unsafe.",
        PROF_ASKS + "consent",
    ),
    "prof_judgement": Declared(
        "Your judgement counts, whatever the score. It can only raise the risk. In doubt, ring.",
        PROF_ASKS + "risk",
    ),
    "prof_voice": Declared(
        "Has anybody seen the child alone? Write what the child said or showed, in their own words. Think "
        "of an unborn child too.",
        PROF_ASKS + "the voice of the child",
    ),
    # --- own behaviour ---
    "own_lead": Declared("It is good that you want to change this.", OWN + "first line"),
    "own_listen": Declared("They listen. You do not have to give your name.", OWN + "whom to ring"),
    "own_leave_room": Declared(
        "If you may hurt somebody now, leave the room, and call 999 if you need to.", OWN + "danger"
    ),
    "own_limits": Declared(
        "They keep it private. They may have to tell somebody, even if you do not agree, when a person’s "
        "life is in danger, or a child or an adult who needs care may be harmed.",
        OWN + "who may be told",
    ),
    "own_partner": Declared(
        "We never say who else has asked for help. Please do not write where a partner or child is.",
        OWN + "partners",
    ),
    # --- after sending ---
    "changed_mind_them": Declared(
        "If what you told us is not safe any more, or the person changes their mind, ring this number:",
        "After a professional has sent; the number follows",
    ),
    "changed_mind_own": Declared(
        "If you change your mind, ring this number:", OWN + "after sending; the number follows"
    ),
    "changed_mind": Declared(
        "If this phone stops being safe, or you change your mind, ring this number:",
        "After sending; the number follows",
    ),
}
