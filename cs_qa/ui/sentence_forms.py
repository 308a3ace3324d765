"""The forms of sentences that judges, detectors, samples and the store write, in English."""

from __future__ import annotations

from cs_qa.ui.i18n import said

JUDGED = (
    said("The customer wrote nothing that could be judged."),
    said("The customer began {mood} and ended {mood2}."),
    said("No agent turn."),
    said("No banned phrase found."),
    said("Found: {found}."),
    said("Fewer than two agent turns."),
    said("No script was sent twice."),
    said("Repeats an earlier message in turn {turns}."),
    said("The customer was not upset, or no agent answered."),
    said("The answers hold nothing that could be judged."),
    said("Empathy of the answers to an upset customer: {found}."),
    said("No statement about a policy was checked."),
    said("{n} of {total} statements agree with the policy."),
    said("The customer's language cannot be told."),
    said("No agent turn long enough to tell its language."),
    said("Every agent turn is in the customer's language."),
    said("{n} of {total} agent turns in another language than the customer's."),
    said(
        "{n} of {total} agent turns in another language than the customer's. Also found: {labels}."
    ),
    said("No agent turn that could be judged."),
    said("Mean politeness over {n} agent turns."),
    said("Set by a reviewer."),
)
"""Reasons of judgements."""

FOUND = (
    said("Agrees with {rule} of {pack}: {value}."),
    said("Said {value}; {rule} of {pack} says {value2}."),
    said("Said {value}, which held until {day}; {rule} of {pack} says {value2}."),
    said("States a rule that no clause of {pack} covers."),
    said("Sent again to the same customer: the same text as turn {n}."),
    said("Sent again to the same customer: the script of turn {n}, edited."),
    said("Sent again to the same customer: only stalls once more, like turn {n}."),
    said("Answers in {language}; the customer writes {language2}."),
    said("This part is in {language}, the rest of the turn in {language2}."),
    said("The template's “{words}” was sent unfilled."),
    said("{meaning}: {given}, given in turn {n}."),
    said("{meaning}: the wording “{words}”."),
    said("{meaning}: the wording “{words}”, written so as to hide it."),
    said("{meaning}: this sentence carries it, read with what was said before."),
    said("Marked by a reviewer."),
    said("Relabelled by a reviewer; it was {label}."),
)
"""Explanations of findings."""

MEANINGS = (
    said("Shirks without a next step"),
    said("A question that seeks no information but talks back"),
    said("Blames or interrogates the customer"),
    said("Insults, threatens, mocks or quarrels"),
    said("Asks again for what the customer already gave"),
)
"""What the labels of banned phrases mean, as their explanations begin."""

SAMPLED = (
    said("Random part: {n} of {about}; chance {chance}."),
    said(
        "Minimum part: the random part has too few conversations of agent {agent}; {n} of the "
        "other {left} drawn at random."
    ),
    said("Risk part: no sign of risk; it fills the sample."),
    said("Risk part: score {score} = {causes}."),
    said("Uncertainty part: uncertainty {score} of 1."),
    said(
        "Uncertainty part: uncertainty {score} of 1; the least sure judgement has confidence "
        "{confidence}."
    ),
)
"""Why an item was drawn."""

CAUSES = (
    said("critical failure"),
    said("complaint"),
    said("inaccurate policy statement"),
    said("total below 100"),
)
"""Signs of risk, as a sample names them."""

REFUSED = (
    said("The {what} has {n} characters; {limit} are possible. Shorten it."),
    said(
        "{criterion}: {action} changes nothing, so it takes a comment only. Decide override to "
        "change the judgement."
    ),
    said(
        "{criterion}: nothing is decided. Give a finding, a level, a label, a verdict or a score; "
        "or confirm the judgement, if you see it."
    ),
    said("{criterion}: who judges alone sees no findings to reject or relabel."),
    said("{criterion}: no verdict {name}. Possible by hand: {verdicts}."),
    said("{criterion}: the score {score} is not within 0 to 100."),
    said("{criterion}: what is not applicable has no score. Leave one of them out."),
    said("{criterion} has no {what}. Possible: {possible}."),
    said("{criterion} has no label {label}. Possible: {labels}."),
    said("There is no empathy level {n}. Possible: 0, 1, 2."),
    said("No sentiment {name}. Possible: {labels}."),
    said("{criterion}: the {what} {name} is decided twice. Decide it once."),
    said("{criterion} is decided twice. Decide it once."),
    said("{criterion}: an undo decides nothing by itself."),
    said("{criterion}: the card says the same already. Confirm it instead."),
    said("The card has no judgement of {criterion}. It has: {criteria}."),
    said(
        "{criterion}: {verdict} does not go with the score {score}; it passes from {mark} on. "
        "Change one, or leave one out."
    ),
    said(
        "{criterion}: {verdict} does not go with a critical finding ({critical}). Reject the "
        "finding, or let the criterion fail."
    ),
    said("{criterion}: {label} stands on these words of turn {n} already."),
    said(
        "{criterion}: the card has no finding {name} at {place}. Open the item again and decide "
        "on what it shows."
    ),
    said("{criterion}: {name} has the label {label} already."),
    said(
        "The words {start} to {end} are not within turn {n}, which has {length} characters. Mark "
        "one character of it at least."
    ),
    said("There is no turn {n}; the conversation has {length}."),
    said("Turn {n} is a turn of the {role}; only a turn of the {role2} can be marked so."),
    said(
        "Turn {n} is not the first answer to a customer, so it has no empathy level. Give the "
        "level to the turn that answers first."
    ),
    said(
        "{criterion}: the machine's judgement is hidden here, so it cannot be {action}ed. Judge "
        "it: give findings, a level, a verdict or a score."
    ),
    said(
        "{criterion}: the machine's judgement is shown here. Confirm or override it; {action} is "
        "not possible."
    ),
    said("Nothing is decided on {criterion}, so nothing can be undone."),
    said(
        "The machine's judgements are hidden here, so they cannot be confirmed. Judge what is "
        "left: {criteria}."
    ),
    said("Item {item} cannot be finished. Decide first: {criteria}."),
    said(
        "Item {item} has changed since it was shown: its last decision is {last}, not {expected}. "
        "Open it again and decide on what it shows."
    ),
    said(
        "{user} does not hold slot {slot} of item {item}. Claim it first; a claim without a "
        "decision for {minutes} minutes goes back to the queue."
    ),
    said("Slot {slot} of item {item} is finished. A lead can still adjudicate it."),
    said("Slot {slot} of item {item} is not claimed. Only a claim can be given back."),
    said(
        "No slot of item {item} is open to {user}: others hold or finished it, or {user2} had its "
        "other slot or the conversation itself. Claim another item."
    ),
    said("There is no sampled item {item}. Open one from the queue."),
    said("There is no conversation {transcript}. Check the id."),
    said(
        "{user} reviews {transcript} without the machine's view (item {item}). Finish that review "
        "first, or give it back."
    ),
    said("The card has no judgement of '{criterion}'. It has: {criteria}."),
    said("Appeal {n} is against {criterion}, not {criterion2}. Decide that alone."),
    said("{criterion} of {transcript} was appealed before; its answer holds."),
)
"""Errors of the review desk that reach a page."""

SHORTER = {
    "{criterion}: an override needs a reason. Possible: {reasons}.": said(
        "{criterion}: an override needs a reason. Choose one."
    ),
    "{criterion}: the reason 'other' needs a comment.": said(
        "{criterion}: say the other reason in the comment."
    ),
}
"""Errors that name codes which the page shows as sentences, with what the page says of them."""

FORMS = (*JUDGED, *FOUND, *SAMPLED, *REFUSED)
"""All forms, the more particular of two before the other."""
