#include <algorithm>

#include <QDateTime>

#include "p2p/base/log.h"
#include "p2p/content/importer.h"
#include "p2p/node/node_core.h"

// What this node gives to others: publishing, the list of films that are seeded, its rules, what is removed.

namespace mutoscope::node
{

using namespace std::chrono_literals;
using base::ErrorCode;

namespace
{

constexpr auto rulesInterval = 1min;
constexpr std::uint16_t usualPort = 7747;

} // namespace

void NodeCore::publish(const Publication& publication)
{
    if (isOpening())
        return m_whenOpened.push_back([this, publication] { publish(publication); });
    if (m_import || !m_problem.empty() || m_stopping) {
        Q_EMIT published({}, m_import ? tr("Another film is being published just now.") : QString::fromStdString(m_problem));
        return;
    }
    m_cancelImport = false;
    content::ImportOptions options{.network = m_config.network,
                                   .title = publication.title,
                                   .description = publication.description,
                                   .poster = publication.poster.empty() ? std::nullopt : std::optional(publication.poster),
                                   .access = publication.access};
    m_import.reset(QThread::create([this, publication, options] {
        const auto progress = [this](double fraction) {
            Q_EMIT publishing(fraction);
            return !m_cancelImport.load();
        };
        auto manifest = content::importHls(publication.playlist, options, *m_store, *m_key, m_clock, progress);
        if (manifest) {
            if (const auto added = m_library->add(*manifest); !added)
                manifest = tl::unexpected(added.error());
        }
        m_executor.post([this, publication, manifest] { imported(publication, manifest); });
    }));
    m_import->setObjectName(QStringLiteral("import"));
    m_import->start(QThread::LowPriority);
}

void NodeCore::imported(const Publication& publication, const base::Result<wire::Signed<wire::Manifest>>& manifest)
{
    m_import->wait();
    m_import.reset();
    base::Result<void> outcome;
    if (manifest) {
        const base::ContentId content = wire::contentId(*manifest);
        outcome = change({content, publication.pricePerMiB, true});
        m_shelf->refresh(content);
        if (outcome) {
            Q_EMIT published(QString::fromStdString(linkOf(content)), {});
            return;
        }
    } else {
        outcome = tl::unexpected(manifest.error());
    }
    Q_EMIT published({}, QString::fromStdString(outcome.error().message));
}

void NodeCore::cancelPublishing()
{
    m_cancelImport = true;
}

/// What is to be seeded, durably, then at the seeder.
base::Result<void> NodeCore::change(const SeedingList::Item& item)
{
    SeedingList::Item changed = item;
    const SeedingList::Item* const before = m_seedingList->find(item.content);
    if (item.seeding && (!before || !before->seeding))
        changed.since = m_clock.now();
    if (item.seeding && !m_library->hasAll(item.content))
        return base::fail(ErrorCode::NotFound, "not all of the film is on this computer");
    if (const auto set = m_seedingList->set(changed); !set)
        return set;
    m_library->keep(item.content, content::Library::Keep::All);
    applyRules();
    return {};
}

void NodeCore::setSeeding(const base::ContentId& content, bool on)
{
    if (!m_problem.empty())
        return;
    const SeedingList::Item* const item = m_seedingList->find(content);
    if (!item && !on)
        return;
    if (const auto changed = change({content, item ? item->pricePerMiB : m_rules.watchedPrice, on}); !changed)
        qCWarning(logNode) << "the film's seeding can't be changed:" << changed.error().message.c_str();
}

void NodeCore::setPrice(const base::ContentId& content, base::Tokens pricePerMiB)
{
    const SeedingList::Item* const item = m_problem.empty() ? m_seedingList->find(content) : nullptr;
    if (!item)
        return;
    if (const auto changed = change({content, pricePerMiB, item->seeding}); !changed)
        qCWarning(logNode) << "the film's price can't be changed:" << changed.error().message.c_str();
}

void NodeCore::setSeedingRules(const SeedingRules& rules)
{
    if (!m_problem.empty())
        return;
    if (const auto saved = saveSeedingRules(m_config.dataFolder / "seeding-rules.json", rules); !saved) {
        qCWarning(logNode) << "the rules for seeding can't be kept:" << saved.error().message.c_str();
        return;
    }
    m_rules = rules;
    m_config.quota.reset(); // the person's choice from now on
    applyLimits();
    applyRules();
}

void NodeCore::removeFilm(const base::ContentId& content)
{
    if (!m_problem.empty())
        return;
    if (m_session && m_session->viewing().content == content)
        m_session->finish("the film was removed");
    if (const auto removed = m_seedingList->remove(content); !removed) {
        qCWarning(logNode) << "the film can't be removed:" << removed.error().message.c_str();
        return;
    }
    m_seeder->removeTitle(content);
    if (!m_library->find(content)) {
        // Where there is no film, its permit is what is to go.
        if (const auto removed = m_permits->remove(content); !removed)
            qCWarning(logNode) << "the permit can't be removed:" << removed.error().message.c_str();
        return touch();
    }
    m_disk.executor().post([this, content] { // before the disk's thread ends, see the destructor
        if (const auto removed = m_library->remove(content); !removed && removed.error().code != ErrorCode::NotFound)
            qCWarning(logNode) << "the film can't be removed:" << removed.error().message.c_str();
    });
    m_shelf->refresh(content);
    serveFound();
}

/// What was just watched, where it is wished and all of it is here.
void NodeCore::seedWatched()
{
    const base::ContentId content = m_session->viewing().content;
    m_shelf->refresh(content);
    if (m_rules.seedWatched && !m_seedingList->find(content) && m_library->hasAll(content))
        setSeeding(content, true);
}

base::Result<void> NodeCore::loadSeeding()
{
    auto list = SeedingList::load(m_config.dataFolder / "seeding.json");
    if (!list)
        return tl::unexpected(list.error());
    m_seedingList = std::make_unique<SeedingList>(std::move(*list));
    const auto rules = loadSeedingRules(m_config.dataFolder / "seeding-rules.json");
    if (rules)
        m_rules = *rules;
    else if (rules.error().code != ErrorCode::NotFound)
        return tl::unexpected(rules.error());
    return {};
}

void NodeCore::applyLimits()
{
    const base::ByteCount quota = m_config.quota.value_or(m_rules.quota);
    m_store->setLimits({.quota = quota.value() == 0 ? base::ByteCount(base::maxInteger) : quota, .minFreeDisk = m_rules.minFreeDisk});
    if (m_server)
        m_server->setUploadLimit(m_rules.uploadPerSecond.value());
    if (m_relayPayer)
        m_relayPayer->setLimits({m_rules.relayPrice.value_or(base::Tokens()), m_rules.relayPerDay.value_or(SeedingRules::usualRelayPerDay)});
}

Pause NodeCore::pauseOf(const SeedingList::Item& item) const
{
    const base::UnixMs now = m_clock.now();
    SeededFilm film;
    if (const auto manifest = m_library->find(item.content))
        film.size = manifest->message.segmentBytes;
    for (const seeder::TitleStatus& title : m_seeder->titles()) {
        if (title.content == item.content)
            film.uploaded = title.uploaded;
    }
    if (item.since)
        film.seededMs = (now - *item.since).value();
    const QTime time = QDateTime::fromMSecsSinceEpoch(now.value()).time();
    return node::pauseOf(m_rules, film, time.hour() * 60 + time.minute());
}

/// Nobody gets in before there is something to give. A port that a person has chosen, and may have forwarded, is the only one that will do.
void NodeCore::listenWhenSeeding()
{
    const bool isAsked = std::ranges::any_of(m_seedingList->items(), &SeedingList::Item::seeding);
    if (m_server || !m_config.listenWhenSeeding || !isAsked)
        return;
    const auto chosen = static_cast<std::uint16_t>(m_rules.port.value_or(usualPort));
    for (const std::uint16_t port : {chosen, std::uint16_t(0)}) {
        for (const char* host : {"::", "0.0.0.0"}) { // there may be no IPv6
            m_config.listen.emplace(host, port);
            const auto listening = listen();
            m_listenProblem = listening ? std::string() : listening.error().message;
            if (listening)
                return;
        }
        if (m_rules.port)
            break;
    }
    m_config.listen.reset();
}

/// Now, and again each minute.
void NodeCore::applyRules()
{
    listenWhenSeeding();
    std::map<base::ContentId, seeder::TitleStatus> current;
    for (seeder::TitleStatus& title : m_seeder->titles())
        current.emplace(title.content, std::move(title));
    m_pauses.clear();
    std::vector<base::ContentId> offered;
    for (const SeedingList::Item& item : m_seedingList->items()) {
        const Pause pause = item.seeding ? pauseOf(item) : Pause::None;
        if (pause != Pause::None)
            m_pauses[item.content] = pause;
        const bool on = item.seeding && pause == Pause::None;
        if (on)
            offered.push_back(item.content);
        const auto title = current.find(item.content);
        if (title != current.end() && title->second.seeding == on && title->second.pricePerMiB == item.pricePerMiB)
            continue;
        if (const auto set = m_seeder->setTitle(item.content, item.pricePerMiB, on); !set)
            qCWarning(logNode) << "a film can't be seeded:" << set.error().message.c_str();
    }
    m_market->watch(offered);
    m_executor.cancel(m_rulesTimer);
    m_rulesTimer = m_executor.after(rulesInterval, [this] { applyRules(); });
    touch();
}

std::vector<SeededTitle> NodeCore::seededTitles() const
{
    std::vector<SeededTitle> titles;
    for (const seeder::TitleStatus& status : m_seeder->titles()) {
        SeededTitle title{.content = status.content,
                          .title = {},
                          .size = {},
                          .access = wire::Access::Open,
                          .isOwn = false,
                          .pricePerMiB = status.pricePerMiB,
                          .seeding = status.seeding || m_pauses.contains(status.content),
                          .pause = m_pauses.contains(status.content) ? m_pauses.at(status.content) : Pause::None,
                          .problem = m_server ? status.problem : "this node does not listen for viewers" + (m_listenProblem.empty() ? "" : ": " + m_listenProblem),
                          .viewersNow = status.viewersNow,
                          .uploaded = status.uploaded,
                          .earned = status.earned,
                          .cheapestOther = m_market->cheapest(status.content),
                          .link = linkOf(status.content),
                          .directLink = status.seeding ? directLinkOf(status.content) : std::string()};
        if (const auto manifest = m_library->find(status.content)) {
            title.title = manifest->message.title;
            title.access = manifest->message.access;
            title.isOwn = manifest->message.publisher == m_key->publicKey();
            title.size = manifest->message.segmentBytes;
            title.durationMs = manifest->message.durationMs;
        }
        titles.push_back(std::move(title));
    }
    return titles;
}

} // namespace mutoscope::node
