"""Every word the reader sees, in English and Spanish, and the register of named numbers."""

from ogp_analysis.base.words.catalogue import LANGUAGES, language, other_languages, speaking, use_language, word
from ogp_analysis.base.words.sentence import SENTENCE_MIME, Sentence, say, sentence

__all__ = [
    "LANGUAGES", "SENTENCE_MIME", "Sentence", "language", "other_languages", "say", "sentence", "speaking",
    "use_language", "word",
]  # fmt: skip
