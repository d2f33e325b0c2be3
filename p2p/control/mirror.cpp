#include "p2p/control/mirror.h"

namespace mutoscope::control
{

using node::Node;

template <auto function, class... Arguments>
void Mirror::pass(const Arguments&... arguments)
{
    transmit(callLine<function>(arguments...));
}

base::Result<void> Mirror::take(std::string_view line)
{
    auto news = readNews(line, *this);
    if (!news)
        return tl::unexpected(news.error());
    if (!news->error.empty())
        Q_EMIT refused(QString::fromStdString(news->error));
    if (news->snapshot) {
        if (!news->snapshot->library)
            news->snapshot->library = m_snapshot.library;
        if (!news->snapshot->wallet.history)
            news->snapshot->wallet.history = m_snapshot.wallet.history;
        m_snapshot = std::move(*news->snapshot);
        Q_EMIT changed();
    }
    return {};
}

void Mirror::open(const QString& link, const node::PlayOptions& options)
{
    pass<&Node::open>(link, options);
}

void Mirror::approve(base::Tokens cap)
{
    pass<&Node::approve>(cap);
}

void Mirror::setReadAhead(std::int64_t ms)
{
    pass<&Node::setReadAhead>(ms);
}

void Mirror::retry(node::WayOut how)
{
    pass<&Node::retry>(how);
}

void Mirror::setQuality(std::optional<std::size_t> quality)
{
    pass<&Node::setQuality>(quality);
}

void Mirror::fetchSubtitles(std::size_t playlist, std::int64_t ms)
{
    pass<&Node::fetchSubtitles>(playlist, ms);
}

void Mirror::finish(const QString& reason)
{
    pass<&Node::finish>(reason);
}

void Mirror::createWallet(const crypto::SharedSecret& passphrase)
{
    pass<&Node::createWallet>(passphrase);
}

void Mirror::restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase)
{
    pass<&Node::restoreWallet>(words, passphrase);
}

void Mirror::unlock(const crypto::SharedSecret& passphrase)
{
    pass<&Node::unlock>(passphrase);
}

void Mirror::lock()
{
    pass<&Node::lock>();
}

void Mirror::showWords(const crypto::SharedSecret& passphrase)
{
    pass<&Node::showWords>(passphrase);
}

void Mirror::confirmWords(const crypto::SharedSecret& words)
{
    pass<&Node::confirmWords>(words);
}

void Mirror::setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    pass<&Node::setPassphrase>(passphrase, next);
}

void Mirror::moveKey(node::KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next)
{
    pass<&Node::moveKey>(to, passphrase, next);
}

void Mirror::topUp(base::Tokens amount)
{
    pass<&Node::topUp>(amount);
}

void Mirror::payOutIncome()
{
    pass<&Node::payOutIncome>();
}

void Mirror::closeSpendAddress()
{
    pass<&Node::closeSpendAddress>();
}

void Mirror::fetchContract(const base::ContractId& contract)
{
    pass<&Node::fetchContract>(contract);
}

void Mirror::send(const base::Address& to, base::Tokens amount, const QString& memo)
{
    pass<&Node::send>(to, amount, memo);
}

void Mirror::refreshWallet()
{
    pass<&Node::refreshWallet>();
}

void Mirror::publish(const node::Publication& publication)
{
    node::Publication absolute = publication;
    absolute.playlist = std::filesystem::absolute(publication.playlist);
    if (!publication.poster.empty())
        absolute.poster = std::filesystem::absolute(publication.poster);
    pass<&Node::publish>(absolute);
}

void Mirror::cancelPublishing()
{
    pass<&Node::cancelPublishing>();
}

void Mirror::setSeeding(const base::ContentId& content, bool on)
{
    pass<&Node::setSeeding>(content, on);
}

void Mirror::setPrice(const base::ContentId& content, base::Tokens pricePerMiB)
{
    pass<&Node::setPrice>(content, pricePerMiB);
}

void Mirror::setSeedingRules(const node::SeedingRules& rules)
{
    pass<&Node::setSeedingRules>(rules);
}

void Mirror::removeFilm(const base::ContentId& content)
{
    pass<&Node::removeFilm>(content);
}

void Mirror::makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires)
{
    pass<&Node::makePermit>(content, viewer, expires);
}

void Mirror::takePermit(const QString& link)
{
    pass<&Node::takePermit>(link);
}

void Mirror::search(const QString& text, const QString& cursor)
{
    pass<&Node::search>(text, cursor);
}

void Mirror::fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster)
{
    pass<&Node::fetchPoster>(content, poster);
}

void Mirror::checkSeeders(const base::ContentId& content)
{
    pass<&Node::checkSeeders>(content);
}

void Mirror::setTracker(const QString& link)
{
    pass<&Node::setTracker>(link);
}

void Mirror::setSource(node::SourceKind kind, bool on)
{
    pass<&Node::setSource>(kind, on);
}

void Mirror::stop()
{
    pass<&Node::stop>();
}

} // namespace mutoscope::control
