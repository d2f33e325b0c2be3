#include "p2p/ledger/records.h"

#include "p2p/crypto/hash.h"

namespace mutoscope::ledger
{

namespace
{

void appendInteger(std::string& out, std::uint64_t value, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((value >> shift) & 0xff);
}

} // namespace

base::Sha256 hashOf(const Entry& entry)
{
    const std::string_view kind = wire::enumName(entry.kind);
    std::string text;
    text.reserve(256 + entry.memo.size() + 40 * entry.postings.size());
    text += entry.prevHash.raw();
    text += "mutoscope.entry.v1";
    appendInteger(text, static_cast<std::uint64_t>(entry.number), 8);
    appendInteger(text, static_cast<std::uint64_t>(entry.time.value()), 8);
    appendInteger(text, kind.size(), 1);
    text += kind;
    text += entry.subject.raw();
    appendInteger(text, entry.memo.size(), 4);
    text += entry.memo;
    text += entry.cause.raw();
    appendInteger(text, entry.postings.size(), 4);
    for (const Posting& posting : entry.postings) {
        text += posting.account.raw();
        appendInteger(text, static_cast<std::uint64_t>(posting.amount.value()), 8);
    }
    return crypto::sha256(text);
}

base::Sha256 chainStart(std::int64_t chain)
{
    if (chain == 0)
        return {};
    std::string text = "mutoscope.chain.v1";
    appendInteger(text, static_cast<std::uint64_t>(chain), 8);
    return crypto::sha256(text);
}

} // namespace mutoscope::ledger
