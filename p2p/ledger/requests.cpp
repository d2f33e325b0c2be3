// The parts of Ledger that move nothing: offers, and the answers to repeated requests.
#include <algorithm>

#include "p2p/crypto/hash.h"
#include "p2p/ledger/ledger.h"

namespace mutoscope::ledger
{

using base::ErrorCode;
using base::fail;
using base::Result;

// ---- offers ----

Result<base::UnixMs> Ledger::putOffer(const wire::Signed<wire::Offer>& offer)
{
    const wire::Offer& announced = offer.message;
    const base::UnixMs now = m_clock.now();
    if (announced.tracker != m_tracker)
        return fail(ErrorCode::Unacceptable, "the offer names another tracker");
    if (announced.expires <= now)
        return fail(ErrorCode::Gone, "the offer has expired by the tracker's clock");
    if (const auto income = ownAddress(AccountKind::Income, announced.incomeAddress, announced.seeder, Store::Lock::None); !income)
        return tl::unexpected(income.error());
    const auto earlier = m_store->offer(announced.content, announced.seeder);
    if (earlier && earlier->expires > now && earlier->signedExpires > announced.expires)
        return earlier->expires; // an old one again
    if (!earlier && m_store->offersOf(announced.seeder) >= m_rules.maxOffersPerSeeder)
        return fail(ErrorCode::TooMany, "the seeder has announced too many offers");
    if (!earlier && m_store->offersFor(announced.content) >= m_rules.maxOffersPerContent)
        return fail(ErrorCode::TooMany, "enough seeders have announced this content");
    const auto expires = std::min(announced.expires, base::UnixMs(now.value() + m_rules.maxOfferTime.count()));
    m_store->putOffer({announced.content, announced.seeder, now, expires, announced.expires, offer.bytes, announced.pricePerMiB});
    return unlessFailed(expires);
}

Result<std::vector<std::string>> Ledger::offers(const base::ContentId& content, std::int64_t limit)
{
    std::vector<std::string> offers;
    for (StoredOffer& offer : m_store->offers(content, m_clock.now(), limit))
        offers.push_back(std::move(offer.bytes));
    return unlessFailed(std::move(offers));
}

Result<void> Ledger::expireOffers(base::UnixMs now)
{
    m_store->dropFilms(now);
    m_store->dropOffers(now);
    if (const auto failed = m_store->error())
        return tl::unexpected(*failed);
    return {};
}

// ---- repeated requests ----

Result<std::optional<StoredAnswer>> Ledger::storedAnswer(const RequestKey& key, const Document& request)
{
    auto earlier = m_store->answer(key);
    if (!earlier || earlier->id == key.id)
        return earlier;
    const std::string subject = std::string(key.node.raw()) + std::string(key.raw());
    if (!m_store->hasEvidence("nonce", subject)) {
        const std::string first =
            earlier->entry ? m_store->document(*earlier->entry).value_or(std::string()) : earlier->document;
        m_store->insertEvidence({"nonce", subject, first, std::string(request.bytes)}, m_clock.now());
    }
    return fail(ErrorCode::Conflict, "the nonce was used in another request");
}

void Ledger::storeAnswer(const RequestKey& key, const Document& request, int status, std::string answer)
{
    StoredAnswer stored;
    stored.id = key.id;
    stored.time = m_clock.now();
    stored.status = status;
    stored.answer = std::move(answer);
    if (m_newest && m_newest->second == crypto::sha256(request.bytes))
        stored.entry = m_newest->first;
    else
        stored.document = request.bytes;
    m_store->insertAnswer(key, stored);
}

} // namespace mutoscope::ledger
