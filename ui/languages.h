#pragma once

#include <QString>

namespace mutoscope::ui
{

/// The language's own name for itself, "Deutsch", "português (Brasil)", from a tag as films have it (RFC 5646, ISO 639 with
/// two or three letters). Empty where it is not known.
[[nodiscard]] QString languageName(const QString& tag);

/// The same language, however it is written: "de", "deu" and "ger". False where either is not known.
[[nodiscard]] bool isSameLanguage(const QString& a, const QString& b);

/// What a track is called in a menu: its language, and what the publisher calls it where that says more; "Track 2" where
/// nothing is known.
[[nodiscard]] QString trackTitle(const QString& language, const QString& name, int number);

} // namespace mutoscope::ui
