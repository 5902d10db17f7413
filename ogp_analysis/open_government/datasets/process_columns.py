"""Columns of the table of OGP processes: raw names, codes and meanings.

The file groups its columns by a line above the names (``Step 1`` to ``Step 6``, development, implementation,
self-assessment, institutional variables). The names that stand for themselves only under their group, such as
``Timeline: Online``, carry it here. Names that begin with ``_`` are the 0/1 twins of the column before them.
"""

from __future__ import annotations

from ogp_analysis.base.schema import Column

#: Answers, and our codes for them. ``Yes `` is the same answer with a blank behind it.
ANSWERS = {"Yes": "yes", "No": "no", "NR": "not_reviewed", "NA": "not_applicable", "Unclear": "unclear"}
FLAGS = {"1": "yes", "0": "no", "NR": "not_reviewed", "NA": "not_applicable"}
OPENNESS = {
    "Open": "open",
    "Invitation-only": "invitation_only",
    "NR": "not_reviewed",
    "NA": "not_applicable",
}
#: Levels of the spectrum of public participation (IAP2), from the least influence to the most.
IAP2_LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
IAP2 = {**{level.capitalize(): level for level in IAP2_LEVELS}, "NR": "not_reviewed", "NA": "not_applicable"}

#: The six steps of consultation: clean name, raw answer, its 0/1 twin, meaning.
STEPS = (
    (
        "step_1_timeline",
        "Step 1: Timeline and process: Prior availability",
        "_Timelineavailability",
        "Timeline and process were available before the consultation",
    ),
    ("step_2_notice", "Step 2: Advance notice", "_Advance notice", "Notice was given in advance"),
    ("step_3_awareness", "Step 3: Awareness-raising activities", "_Awareness-Raising", "Awareness was raised"),
    ("step_4_online", "Step 4: Online consultations", "_Online consultation", "There was an online consultation"),
    (
        "step_5_in_person",
        "Step 5: In-person consultations",
        "_In-person consultations",
        "There was a consultation in person",
    ),
    ("step_6_summary", "Step 6: Summary of comments", "_Summary of comments", "A summary of comments was published"),
)
#: Further answers with a 0/1 twin.
TWINNED = (
    (
        "regular_forum",
        "Consultation during action plan implementation (regular forum)",
        "_Regular forum",
        "A regular forum met during implementation",
    ),
    (
        "self_assessment",
        "Was annual progress report published?",
        "_Self assessment published",
        "The government published its annual self-assessment",
    ),
)
#: Answers without a twin: clean name, raw name, meaning.
QUESTIONS = (
    ("timeline_online", "Timeline: Online", "Step 1: timeline and process were available online"),
    ("timeline_other", "Timeline: other channels", "Step 1: timeline and process were available in other ways"),
    ("notice_adequate", "Advance notice: Adequacy", "Step 2: the notice was long enough"),
    ("assessment_on_time", "Was it done according to schedule?", "The self-assessment was on time"),
    (
        "assessment_local_language",
        "Is the report available in the local language?",
        "It is available in the country's language",
    ),
    ("assessment_english", "Is the report available in English?", "It is available in English"),
    (
        "assessment_comment_period",
        "Did the government provide a two-week public comment period on draft self-assessment reports?",
        "Its draft was open to comments for two weeks",
    ),
    (
        "assessment_reviews_comments",
        "Did the report include a review of its public comment period?",
        "It reviews the comments on its draft",
    ),
    ("assessment_comments_received", "Were any public comments received?", "Comments were received"),
    ("assessment_deposited", "Is the report deposited in the OGP portal?", "It lies in OGP's portal"),
    (
        "assessment_reviews_consultation",
        "Did the self-assessment report include review of the consultation efforts?",
        "It reviews the consultation on the plan",
    ),
    ("assessment_all_commitments", "Did the report cover all of the commitments?", "It covers all commitments"),
    (
        "assessment_against_schedule",
        "Did it assess completion according to schedule?",
        "It assesses completion against the schedule",
    ),
    (
        "assessment_reviews_draft_consultation",
        "Did the self-assessment report include review of the consultation efforts on draft self-assessments?",
        "It reviews the consultation on its own draft",
    ),
)
#: Institutional variables, published as 0 and 1: clean name, raw name, meaning.
INSTITUTIONS = (
    ("one_branch", "Only one branch", "Only one branch of government takes part"),
    ("executive", "Executive", "The executive takes part"),
    ("several_agencies", "Multi-agency (1) vs. Single (0)", "Several agencies take part, not a single one"),
    ("single_lead", "Single Lead", "A single agency leads"),
    ("head_of_government", "Pres Office/PM", "The office of the president or prime minister takes part"),
    ("head_of_government_leads", "Executive Lead Agency", "That office leads"),
    ("foreign_ministry", "Ministry of Foreign Affairs", "The ministry of foreign affairs takes part"),
    ("foreign_ministry_leads", "MOFA Lead Agency", "That ministry leads"),
    ("officially_mandated", "Officially Mandated", "The lead agency has an official mandate"),
    ("legally_mandated", "Legally mandated", "The mandate is by law"),
    ("multiple_arrangements", "Multiple Arrangements", "There are several arrangements"),
    (
        "implemented_by_developer",
        "Implementing agency same as developing agency? 1=Y, 0=N",
        "The agency that wrote the plan carries it out",
    ),
    ("change_of_executive", "Change of executive", "The head of the executive changed during the plan"),
)
#: Codes of consultation: clean name, raw name, values, meaning.
CONSULTATION = (
    (
        "openness_development",
        "Invitation-only or open participation during dev. consultation",
        OPENNESS,
        "Who could take part while the plan was written",
    ),
    ("iap2_development", "IAP2 level during development", IAP2, "Influence of the public while the plan was written"),
    (
        "openness_implementation",
        "Invitation-only or open participation during imp. consultation",
        OPENNESS,
        "Who could take part while the plan was carried out",
    ),
    ("iap2_implementation", "IAP2 level during imp.", IAP2, "Influence of the public while the plan was carried out"),
)
#: Evidence that the reviewers point to: clean name, raw name.
EVIDENCE = (
    ("timeline_evidence", "Timeline: links"),
    ("awareness_evidence", "Awareness-raising activities: Links"),
    ("online_evidence", "Online consultations: Link"),
    ("summary_evidence", "Summary of comments: Link"),
)
COUNTRY, PLAN, YEAR = "Country name", "Action Plan Number", "Year AP Submitted"
NOTICE, FOLLOWED = "Days in advance", "_Number of steps followed (out of 6)"
#: Columns without which nothing is cleaned.
REQUIRED = (
    COUNTRY,
    PLAN,
    YEAR,
    NOTICE,
    FOLLOWED,
    *(name for _, *names, _ in STEPS + TWINNED for name in names),
    *(name for _, name, _ in QUESTIONS + INSTITUTIONS),
    *(name for _, name, _, _ in CONSULTATION),
)
RAW_NAMES = (*REQUIRED, *(name for _, name in EVIDENCE))


def answer(name: str, meaning: str, values: dict[str, str]) -> Column:
    """Return the column of a question: a category with the codes of `values`."""
    return Column(name, "category", f"{meaning}.", categories=tuple(values.values()), required=True)
