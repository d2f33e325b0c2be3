#pragma once

#include <string>

#include <QString>

namespace mutoscope::ui
{

/// What a node says of a problem, in the language of the window. The node itself speaks English: it may run somewhere else, for somebody
/// else, and logs. A sentence is known by its form (ui/sentences_known.cpp), and the causes within it likewise; what is not known
/// stays as it is.
[[nodiscard]] QString inLanguage(const QString& sentence);
[[nodiscard]] inline QString inLanguage(const std::string& sentence)
{
    return inLanguage(QString::fromUtf8(sentence.data(), static_cast<qsizetype>(sentence.size())));
}
/// Whether the form of a sentence is known.
[[nodiscard]] bool isKnownSentence(const QString& sentence);

} // namespace mutoscope::ui
