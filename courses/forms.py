"""Answering one question, without script: radio buttons, check boxes, or a place for each step."""

from collections.abc import Sequence
from typing import Any

from django import forms

from courses import rules


class AnswerForm(forms.Form):
    """The form of one frozen question. `choice()` is the answer as option ids; nothing in it says which are right."""

    def __init__(
        self, data: Any = None, *, question: dict[str, Any], order: Sequence[str], chosen: Sequence[str] = (), position: int = 1
    ) -> None:
        super().__init__(data, prefix=f"q{position}", use_required_attribute=False)
        self.question, self.order, self.position = question, list(order), position
        self.texts = {option["id"]: option["text"] for option in question["options"]}
        self.is_ordering = question["type"] == rules.ORDERING
        if self.is_ordering:
            self._places(chosen)
        else:
            self._choices(chosen)

    def _choices(self, chosen: Sequence[str]) -> None:
        choices = [(option, self.texts[option]) for option in self.order]
        if self.question["type"] == rules.MULTIPLE:
            several = forms.CheckboxSelectMultiple
            self.fields["choice"] = forms.MultipleChoiceField(
                choices=choices, required=False, widget=several, label="Your answers", initial=list(chosen)
            )
            return
        first = chosen[0] if chosen else None
        self.fields["choice"] = forms.ChoiceField(
            choices=choices, required=False, widget=forms.RadioSelect, label="Your answer", initial=first
        )

    def _places(self, chosen: Sequence[str]) -> None:
        numbers = [("", "–"), *((str(n), str(n)) for n in range(1, len(self.order) + 1))]
        for place, option in enumerate(self.order):
            self.fields[f"place-{place}"] = forms.ChoiceField(
                choices=numbers,
                required=False,
                label=self.texts[option],
                initial=str(chosen.index(option) + 1) if option in chosen else "",
            )

    def choosing(self, chosen: Sequence[str]) -> "AnswerForm":
        """The same form, not yet sent, with this answer filled in."""
        return AnswerForm(question=self.question, order=self.order, chosen=chosen, position=self.position)

    def choice(self) -> list[str]:
        """What was chosen, in the order that was given; places given twice or left out leave fewer."""
        if not self.is_ordering:
            value = self.cleaned_data.get("choice") or []
            return [value] if isinstance(value, str) else value
        places = {self.cleaned_data.get(f"place-{place}"): option for place, option in enumerate(self.order)}
        places.pop("", None)
        return [places[number] for number in sorted(number for number in places if number)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and (reason := rules.misfit(self.question["type"], self.order, self.choice())):
            self.add_error("place-0" if self.is_ordering else "choice", reason)
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Nothing was touched: on a page with all questions that is no answer, and no error."""
        return not any(self.data.getlist(self.add_prefix(name)) and self.data.get(self.add_prefix(name)) for name in self.fields)
