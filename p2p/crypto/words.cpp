#include "p2p/crypto/words.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "p2p/crypto/hash.h"
#include "p2p/crypto/word_list.h"

namespace mutoscope::crypto
{

using base::ErrorCode;

namespace
{

constexpr std::size_t bitsOfWord = 11;
constexpr std::size_t longestWord = 8;
constexpr std::size_t longestText = 1024; // 24 words with much white space
static_assert(wordCount * bitsOfWord == 8 * (secretSize + 1)); // the checksum is one byte

std::uint8_t checksum(const SecretBytes& secret)
{
    return *sha256(secret.view().substr(0, secretSize)).data();
}

/// Its place in the list; 2048 where it is not there.
std::size_t indexOf(std::string_view word)
{
    const auto* const it = std::ranges::lower_bound(wordList, word);
    return it != wordList.end() && *it == word ? static_cast<std::size_t>(it - wordList.begin()) : wordList.size();
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

} // namespace

SecretBytes wordsOf(const SecretBytes& secret)
{
    SecretBytes bits(secretSize + 1);
    std::memcpy(bits.data(), secret.data(), std::min(secret.size(), secretSize));
    bits.data()[secretSize] = checksum(secret);
    SecretBytes text(wordCount * (longestWord + 1));
    std::size_t size = 0;
    for (std::size_t word = 0; word < wordCount; ++word) {
        std::size_t index = 0;
        for (std::size_t bit = word * bitsOfWord; bit < (word + 1) * bitsOfWord; ++bit)
            index = index << 1 | (bits.data()[bit / 8] >> (7 - bit % 8) & 1U);
        if (word != 0)
            text.data()[size++] = ' ';
        size += wordList[index].copy(reinterpret_cast<char*>(text.data()) + size, longestWord);
    }
    return SecretBytes::copyOf(text.view().substr(0, size));
}

base::Result<SecretBytes> secretOf(std::string_view words)
{
    if (words.size() > longestText)
        return base::fail(ErrorCode::Malformed, "this is more than 24 words");
    SecretBytes text = SecretBytes::copyOf(words);
    std::ranges::transform(text.view(), text.data(),
                           [](char c) { return static_cast<std::uint8_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    SecretBytes bits(secretSize + 1);
    std::size_t count = 0;
    std::size_t unknown = 0; // the first one that is not in the list, counted from 1
    for (std::size_t at = 0; at < text.size();) {
        if (isSpace(text.view()[at])) {
            ++at;
            continue;
        }
        const auto end = static_cast<std::size_t>(std::find_if(text.view().begin() + at, text.view().end(), isSpace) - text.view().begin());
        const std::size_t index = indexOf(text.view().substr(at, end - at));
        at = end;
        if (index == wordList.size() && unknown == 0)
            unknown = count + 1;
        for (std::size_t bit = 0; bit < bitsOfWord && count < wordCount; ++bit) {
            const std::size_t to = count * bitsOfWord + bit;
            bits.data()[to / 8] = static_cast<std::uint8_t>(bits.data()[to / 8] | (index >> (bitsOfWord - 1 - bit) & 1U) << (7 - to % 8));
        }
        ++count;
    }
    if (unknown != 0)
        return base::fail(ErrorCode::Malformed, "word " + std::to_string(unknown) + " isn't in the list");
    if (count != wordCount)
        return base::fail(ErrorCode::Malformed, "these are " + std::to_string(count) + " words, not 24");
    SecretBytes secret = SecretBytes::copyOf(bits.view().substr(0, secretSize));
    if (checksum(secret) != bits.data()[secretSize])
        return base::fail(ErrorCode::Malformed, "the words don't fit together: one is wrong, or they are in another order");
    return secret;
}

bool isWord(std::string_view word)
{
    return indexOf(word) != wordList.size();
}

} // namespace mutoscope::crypto
