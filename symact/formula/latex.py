r"""LaTeX as papers write activations, translated into the notation of formulas.

``\frac{x}{1 + e^{-\beta x}}`` becomes ``((x)/(1 + e**(-beta*x)))``, and every character of the translation knows its
place in what was written; what the words mean is decided later, by the same reader as for every formula.  Products may
be written without a sign.  What could be read in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from symact.errors import FormulaError
from symact.formula.scanning import DEEPEST, GREEK, Source

_GREEK = {name: name for name in GREEK.values()} | {
    "lambda": "lambd", "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho",
}  # fmt: skip

_FUNCTIONS = {
    name: name for name in ("exp", "log", "ln", "tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "arcsin")
} | {"max": "max", "min": "min"}

_APPLIED_LETTERS = frozenset(("sigma", "Phi", "phi"))
"""Greek letters that are functions before a parenthesis."""

_OPERATORS = {"cdot": "*", "times": "*", "ast": "*", "div": "/"}

_RELATIONS = {
    "le": "<=", "leq": "<=", "leqslant": "<=", "lt": "<", "ge": ">=", "geq": ">=", "geqslant": ">=", "gt": ">",
    "ne": "!=", "neq": "!=", "<": "<", ">": ">", "=": "==", "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip

_CONNECTIVES = {"land": "and", "wedge": "and", "lor": "or", "vee": "or"}

_TEXTS = frozenset(("text", "mathrm", "textrm", "operatorname", "mathit", "textit", "mbox"))

_SPACES = frozenset(("displaystyle", "quad", "qquad", "left", "right", ",", ";", ":", "!", " ", "limits"))
_SIZES = re.compile(r"[bB]igg?[lrm]?")

_BARS = {"lvert": "rvert", "vert": "vert", "|": "|"}

_TOKEN = re.compile(
    r"(?P<blank>[\s~$]+)"
    r"|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<letter>[A-Za-zα-ωΦ])"
    r"|(?P<sign>[-+*/^_(){}\[\]|&=<>,.−≤≥≠])",
    re.ASCII | re.DOTALL,
)

OTHERWISE = re.compile(r"(?:otherwise|else|elsewhere)[.,]?", re.IGNORECASE)
_WORDS_BEFORE_A_CONDITION = frozenset(("if", "for", "when", "where"))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


_END = _Token("end", "the end", -1)


def translated(text: str) -> Source:
    """Return a formula in LaTeX in the notation of formulas, with the place of every character.

    Raises
    ------
    FormulaError
        If it is not understood.
    """
    source = Source.of(text)
    translator = _Translator(source, _tokens(source))
    translator.everything()
    return Source("".join(translator.written), [*translator.places, len(text)])


def _tokens(source: Source) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(source.text):
        match = _TOKEN.match(source.text, place)
        if match is None:
            character = source.text[place]
            shown = f"'{character}'" if character.isprintable() else f"the control character {ord(character):#04x}"
            raise source.error(place, f"{shown} is not part of a formula in LaTeX")
        token = _Token(match.lastgroup or "", match[0].removeprefix("\\") if match[0] != "\\\\" else "newline", place)
        place = match.end()
        if token.kind == "command" and token.text in _TEXTS:
            token, place = _word(source, token, place)
        is_space = token.kind == "command" and (token.text in _SPACES or _SIZES.fullmatch(token.text))
        if token.kind != "blank" and not is_space:
            found.append(token)
    return found


def _word(source: Source, command: _Token, place: int) -> tuple[_Token, int]:
    match = re.compile(r"\*?\s*\{((?:[^{}\\$]|\\_)*)\}").match(source.text, place)
    if match is None:
        raise source.error(command.place, f"\\{command.text} is followed by a word in braces")
    return _Token("word", match[1].replace("\\_", "_").strip(), command.place), match.end()


@dataclass
class _Translator:
    """Recursive descent; what is written so far is a list of pieces."""

    source: Source
    tokens: Sequence[_Token]
    at: int = 0
    depth: int = 0
    written: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def everything(self) -> None:
        if not self.tokens:
            raise self.source.error(0, "the formula is empty")
        self.sum()
        if self.next.kind != "end":
            raise self.unexpected()

    # The tokens.

    @property
    def next(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def take(self) -> _Token:
        token = self.next
        self.at += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    def is_command(self, *names: str) -> bool:
        return self.next.kind == "command" and self.next.text in names

    def expect(self, sign: str, kind: str = "sign") -> _Token:
        if self.next.kind != kind or self.next.text != sign:
            spelled = sign if kind == "sign" else f"\\{sign}"
            raise self.error(f"'{spelled}' is expected here, not {self.shown}")
        return self.take()

    @property
    def shown(self) -> str:
        token = self.next
        if token.kind == "end":
            return token.text
        return f"'{chr(92) if token.kind == 'command' else ''}{token.text[:24]}'"

    def error(self, message: str) -> FormulaError:
        place = self.next.place if self.next.kind != "end" else len(self.source.text)
        return self.source.error(place, message)

    def unexpected(self) -> FormulaError:
        if self.next.kind == "end":
            return self.error("the formula ends too early")
        return self.error(f"{self.shown} is not expected here")

    def write(self, text: str, token: _Token | None = None) -> None:
        place = (token or self.next).place
        self.written.append(text)
        self.places += [place if place >= 0 else len(self.source.text)] * len(text)

    # The grammar.

    def sum(self) -> None:
        if self.is_sign("-", "+", "−"):
            self.write("-" if self.take().text != "+" else "+")
        self.product()
        while self.is_sign("-", "+", "−"):
            token = self.take()
            self.write(" - " if token.text != "+" else " + ", token)
            self.product()

    def product(self) -> None:
        self.factor()
        while True:
            if self.is_sign("*", "/"):
                token = self.take()
                self.write(token.text, token)
            elif self.is_command(*_OPERATORS):
                token = self.take()
                self.write(_OPERATORS[token.text], token)
            elif self.begins_factor():
                self.write("*")
            else:
                return
            self.factor()

    def begins_factor(self) -> bool:
        """Tell whether a factor follows without a sign; a bar would rather end an absolute value."""
        token = self.next
        if token.kind in ("number", "letter"):
            return True
        if token.kind == "word":
            return not OTHERWISE.fullmatch(token.text) and token.text not in _WORDS_BEFORE_A_CONDITION | {"and", "or"}
        if token.kind == "command":
            known = ("frac", "dfrac", "tfrac", "sqrt", "lvert", "{")
            return token.text in known or token.text in _GREEK or token.text in _FUNCTIONS
        return token.text in ("(", "{", "[")

    def factor(self) -> None:
        """Read a number, name, group, fraction, root or function, with its power."""
        start, token = len(self.written), self.next
        self.base()
        if self.is_sign("^"):
            # The base is put in parentheses so that -x^2, e^x and (1/2)^2 keep their meaning.
            self.written.insert(start, "(")
            self.places.insert(sum(map(len, self.written[:start])), token.place)
            self.write(")**(", self.take())
            self.argument("power")
            self.write(")")
            if self.is_sign("^"):
                raise self.error("a second power; write braces")

    def base(self) -> None:
        token = self.next
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"the formula is nested too deeply (at most {DEEPEST})")
        if token.kind == "number":
            self.write(self.take().text, token)
        elif token.kind in ("letter", "word"):
            self.named(self.take().text)
        elif token.kind == "command":
            self.command()
        elif self.is_sign("(", "{", "["):
            self.group()
        elif self.is_sign("|"):
            self.absolute()
        else:
            raise self.unexpected()
        self.depth -= 1

    def command(self) -> None:
        token = self.next
        if token.text in _GREEK:
            self.take()
            self.named(_GREEK[token.text], token)
        elif token.text in _FUNCTIONS:
            self.take()
            self.function(_FUNCTIONS[token.text], token)
        elif token.text in ("frac", "dfrac", "tfrac"):
            self.take()
            self.write("((", token)
            self.argument("numerator")
            self.write(")/(", token)
            self.argument("denominator")
            self.write("))", token)
        elif token.text == "sqrt":
            self.root()
        elif token.text in _BARS:
            self.absolute()
        elif token.text == "{":
            self.group()
        elif token.text == "begin":
            self.cases()
        else:
            raise self.error(f"\\{token.text[:24]} is not part of a formula that symact reads")

    def group(self) -> None:
        opened = self.take()
        closing = {"(": ")", "[": "]", "{": "}"}[opened.text]
        self.write("(", opened)
        self.sum()
        self.write(")")
        self.expect(closing, "command" if opened.kind == "command" else "sign")

    def absolute(self) -> None:
        opened = self.take()
        self.write("abs(", opened)
        self.sum()
        self.write(")")
        self.expect(_BARS[opened.text], "command" if opened.kind == "command" else "sign")

    def argument(self, what: str) -> None:
        """Read what a command is given: a group in braces, or one digit, letter or command."""
        if self.is_sign("{"):
            self.take()
            self.sum()
            self.expect("}")
        elif self.next.kind == "number" and len(self.next.text) > 1:
            raise self.error(f"a {what} of more than one digit needs braces: {{{self.next.text[:24]}}}")
        elif self.next.kind in ("number", "letter", "command"):
            self.base()
        else:
            raise self.error(f"a {what} is expected here, not {self.shown}")

    def root(self) -> None:
        token = self.take()
        self.write("((", token)
        degree: list[_Token] = []
        if self.is_sign("["):
            self.take()
            while not self.is_sign("]") and self.next.kind == "number":
                degree.append(self.take())
            self.expect("]")
        self.argument("radicand")
        self.write(")**(1/", token)
        self.write(degree[0].text if len(degree) == 1 else "2", token)
        self.write("))", token)

    def named(self, name: str, token: _Token | None = None) -> None:
        """Write a name: the variable, a constant, a parameter with its index, or a function before a parenthesis."""
        token = token or self.tokens[self.at - 1]
        name = GREEK.get(name, name)
        is_word = token.kind == "word"
        if is_word and not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise self.source.error(token.place, f"'{name[:24]}' is not the name of a function or parameter")
        if (is_word and len(name) > 1) or name in _APPLIED_LETTERS:
            follows = self.is_sign("(", "[") or self.is_command("{")
            if follows or (is_word and self.is_sign("^") and name not in _GREEK):
                self.function(name if name in _APPLIED_LETTERS else name.lower(), token)
                return
        self.write(name, token)
        if self.is_sign("_"):
            self.take()
            self.write(f"_{self.index()}", token)

    def index(self) -> str:
        if not self.is_sign("{"):
            if self.next.kind not in ("number", "letter"):
                raise self.error(f"an index is expected here, not {self.shown}")
            return self.take().text
        self.take()
        pieces = []
        while self.next.kind in ("number", "letter", "word"):
            pieces.append(self.take().text)
        self.expect("}")
        found = "".join(pieces)
        if not re.fullmatch(r"[A-Za-z0-9]+", found, re.ASCII):
            raise self.error("an index has letters and digits only")
        return found

    def function(self, name: str, token: _Token) -> None:
        r"""Read the power of a function (``\tanh^2``) and its argument, in parentheses or bare (``\sin 2x``)."""
        power: tuple[list[str], list[int]] | None = None
        if self.is_sign("_"):
            raise self.error("an index of a function is not read; write for example \\frac{\\log x}{\\log 2}")
        if self.is_sign("^"):
            power = self.power_of(name)
        self.write(f"({name}(", token)
        if self.is_sign("(", "[", "{") or self.is_command("{"):
            self.arguments()
        else:
            self.bare(name)
        self.write("))", token)
        if power:
            self.write("**(", token)
            self.written += power[0]
            self.places += power[1]
            self.write(")", token)

    def power_of(self, name: str) -> tuple[list[str], list[int]]:
        """Read the power of a function, which is written before its argument."""
        caret = self.take()
        start = len(self.written), len(self.places)
        self.argument("power")
        power = self.written[start[0] :], self.places[start[1] :]
        del self.written[start[0] :], self.places[start[1] :]
        if "".join(power[0]).startswith("-"):
            raise self.source.error(
                caret.place, f"{name}^{{-1}} may be an inverse or a quotient; write \\frac or \\arctan"
            )
        return power

    def arguments(self) -> None:
        opened = self.take()
        closing = {"(": ")", "[": "]", "{": "}"}[opened.text]
        self.sum()
        while self.is_sign(","):
            self.write(",", self.take())
            self.sum()
        self.expect(closing, "command" if opened.kind == "command" else "sign")

    def bare(self, name: str) -> None:
        """Read an argument without parentheses: numbers, letters, fractions and powers, up to the next sign."""
        first = True
        while self.next.kind in ("number", "letter") or self.is_command("frac", "dfrac", "tfrac", "sqrt", *_GREEK):
            if not first:
                self.write("*")
            self.factor()
            first = False
        if first and self.is_sign("|"):
            self.factor()
            first = False
        if first:
            raise self.error(f"the argument of {name} is expected here, not {self.shown}")
        if self.is_sign("(", "["):
            raise self.error(f"the argument of {name} may end here or not; write parentheses around it")

    # Cases and conditions.

    def cases(self) -> None:
        begin = self.take()
        if not self.environment("cases"):
            raise self.source.error(begin.place, "the only environment that is read is cases")
        self.write("cases(", begin)
        complete = False
        while not self.is_command("end"):
            if complete:
                raise self.error("a row after the one for otherwise")
            complete = self.row()
            if self.is_command("newline"):
                self.take()
            elif not self.is_command("end"):
                raise self.error(f"\\\\ or \\end{{cases}} is expected here, not {self.shown}")
            if not self.is_command("end"):
                self.write(", ")
        self.take()
        if not self.environment("cases"):
            raise self.error("\\end{cases} is expected here")
        self.write(")")

    def environment(self, name: str) -> bool:
        """Read a word in braces, and tell whether it is the name."""
        if not self.is_sign("{"):
            return False
        self.take()
        letters = ""
        while self.next.kind == "letter":
            letters += self.take().text
        return letters == name and self.is_sign("}") and self.take().text == "}"

    def row(self) -> bool:
        """Read a case, write its value after its condition, and tell whether it is the one for otherwise."""
        start = len(self.written), len(self.places)
        self.sum()
        value = self.written[start[0] :], self.places[start[1] :]
        del self.written[start[0] :], self.places[start[1] :]
        if self.is_sign(",", "."):
            self.take()
        self.expect("&")
        otherwise = self.next.kind == "word" and OTHERWISE.fullmatch(self.next.text) is not None
        if otherwise:
            self.take()
        else:
            if self.next.kind == "word" and self.next.text.lower() in _WORDS_BEFORE_A_CONDITION:
                self.take()
            self.condition()
            self.write(", ")
        self.written += value[0]
        self.places += value[1]
        if self.is_sign(",", "."):
            self.take()
        return otherwise

    def condition(self) -> None:
        self.comparison()
        while True:
            token = self.next
            if token.kind == "word" and token.text in ("and", "or"):
                self.write(f" {self.take().text} ", token)
            elif self.is_command(*_CONNECTIVES):
                self.write(f" {_CONNECTIVES[self.take().text]} ", token)
            else:
                return
            self.comparison()

    def comparison(self) -> None:
        self.sum()
        compared = False
        while self.next.kind in ("sign", "command") and self.next.text in _RELATIONS:
            token = self.take()
            self.write(_RELATIONS[token.text], token)
            self.sum()
            compared = True
        if not compared:
            raise self.error(f"a condition such as x > 0 is expected here, not {self.shown}")
