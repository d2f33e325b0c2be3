#pragma once

#include <string_view>

#include "p2p/base/result.h"
#include "p2p/crypto/secret.h"

namespace mutoscope::crypto
{

/// A wallet's secret as people write it down: BIP39 with 256 bits of entropy and the English list, 24 words. The entropy itself is
/// the secret; BIP39's PBKDF2 and its password are not used, as words for an older key could not be found then.
inline constexpr std::size_t secretSize = 32;
inline constexpr std::size_t wordCount = 24;

/// 24 words with single spaces between. Of `secretSize` bytes.
[[nodiscard]] SecretBytes wordsOf(const SecretBytes& secret);

/// What the words say, in whichever case and with whatever white space between. Malformed with a sentence that names the word by its
/// place and never says it: a word that is not in the list, another number of words, or a checksum that does not fit.
[[nodiscard]] base::Result<SecretBytes> secretOf(std::string_view words);

/// Whether BIP39's list has it, in lower case.
[[nodiscard]] bool isWord(std::string_view word);

} // namespace mutoscope::crypto
