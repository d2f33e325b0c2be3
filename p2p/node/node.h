#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <QByteArray>
#include <QObject>

#include "p2p/base/result.h"
#include "p2p/crypto/secret.h"
#include "p2p/node/contract_page.h"
#include "p2p/node/film_page.h"
#include "p2p/node/snapshot.h"

namespace mutoscope::node
{

struct PlayOptions {
    /// Caps up to this are approved without asking: the stage Approval is passed over.
    base::Tokens approveUpTo;
    /// How far ahead of the player segments are bought, at most.
    std::int64_t readAheadMs = 30'000;
    /// So long the processor is left to the player's first picture: nothing is bought ahead meanwhile. 0 where nobody watches.
    std::int64_t calmStartMs = 0;
    /// All films of a day may cost so much, by the computer's time zone; none: no limit. What is left of it bounds every cap.
    std::optional<base::Tokens> dailyCap{};
    /// Nothing is bought before the player has asked for it: a film that was left in its middle may begin anywhere.
    bool waitForPlayer = false;
};

/// A packaged film to publish.
struct Publication {
    std::filesystem::path playlist; ///< HLS on disk: its multivariant or media playlist
    std::filesystem::path poster;   ///< may be empty
    std::string title;
    std::string description;
    base::Tokens pricePerMiB;
    wire::Access access = wire::Access::Open; ///< with Permit it is encrypted, and only those watch it for whom makePermit() was called
};

/// Which film a link is of; none where it can't be read. Any thread.
[[nodiscard]] std::optional<base::ContentId> filmOf(const QString& link);

/// The one facade of the node for user interfaces. Lives in the thread of the user interface; the work is done in a
/// thread of the node's own. No function blocks; what it does shows in the snapshot.
class Node : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    [[nodiscard]] virtual const Snapshot& snapshot() const = 0;

    /// Looks for the film behind a `mutoscope:` link; goes on to Approval, or through it as far as `options` allow.
    /// Another film that is being watched is finished first. A link that can't be read shows as Failed.
    virtual void open(const QString& link, const PlayOptions& options) = 0;
    /// In Approval, or Failed with RaiseCap: goes on with this cap.
    virtual void approve(base::Tokens cap) = 0;
    /// How far ahead of the player segments are bought at most, of the film that is open.
    virtual void setReadAhead(std::int64_t ms) = 0;
    /// In Failed: once more, with the same seeder or another one.
    virtual void retry(WayOut how) = 0;
    /// One of Viewing::qualities from the next segment on, or none: by what the seeder sends. For this film.
    virtual void setQuality(std::optional<std::size_t> quality) = 0;
    /// The piece of text that is shown at this time, of one of Viewing::subtitles: subtitlesCame() tells it once it is here, bought
    /// if need be. Only the latest call counts.
    virtual void fetchSubtitles(std::size_t playlist, std::int64_t ms) = 0;
    /// Closes the contract with the last receipt. The stage becomes Finished, or Idle if nothing was opened.
    virtual void finish(const QString& reason) = 0;

    /// The wallet's key, see Snapshot::keys. `keysDone` tells how each of these went. A passphrase may be null: none.
    /// Of KeyState::None: a new wallet.
    virtual void createWallet(const crypto::SharedSecret& passphrase) = 0;
    /// Of None, Locked and Unavailable; the words in any case and with any white space. Addresses, balances and history are the tracker's
    /// and come back by themselves.
    virtual void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase) = 0;
    /// Of Locked and Unavailable: asks for the key again.
    virtual void unlock(const crypto::SharedSecret& passphrase) = 0;
    /// Closes contracts and connections, and takes the key out of memory: nothing is signed until unlock(). Not while it is Looking.
    virtual void lock() = 0;
    /// `wordsCame` brings the 24 words, single spaces between.
    virtual void showWords(const crypto::SharedSecret& passphrase) = 0;
    /// These are the words: the wallet is backed up.
    virtual void confirmWords(const crypto::SharedSecret& words) = 0;
    /// `next` null: none, which a keychain takes and a file does not.
    virtual void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) = 0;
    /// To the other place, under `next` there. It is never in less than one place, whatever happens on the way.
    virtual void moveKey(KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) = 0;

    /// Moves tokens from the ordinary address to the spend address.
    virtual void topUp(base::Tokens amount) = 0;
    /// Moves what was earned to the ordinary address.
    virtual void payOutIncome() = 0;
    /// What is on it moves to the ordinary address, and a new one is taken. Not while a contract is open on it.
    virtual void closeSpendAddress() = 0;
    virtual void send(const base::Address& to, base::Tokens amount, const QString& memo) = 0;
    /// `contractCame` tells it.
    virtual void fetchContract(const base::ContractId& contract) = 0;
    /// Asks the tracker now instead of at the next turn.
    virtual void refreshWallet() = 0;

    /// Takes a packaged film into the store, signs its manifest and seeds it. `published` tells the outcome.
    virtual void publish(const Publication& publication) = 0;
    /// Breaks it off; `published` says so. Nothing where it is too late.
    virtual void cancelPublishing() = 0;
    /// Of a film that is here as a whole. One that was not seeded before gets SeedingRules::watchedPrice.
    virtual void setSeeding(const base::ContentId& content, bool on) = 0;
    /// For each MiB, in contracts from now on.
    virtual void setPrice(const base::ContentId& content, base::Tokens pricePerMiB) = 0;
    /// What can't be kept, such as a quota below what seeded films take, holds as soon as it can.
    virtual void setSeedingRules(const SeedingRules& rules) = 0;
    /// From this computer, and from what is seeded; of a film that isn't here, the permit. Where it is being watched that ends.
    virtual void removeFilm(const base::ContentId& content) = 0;

    /// Lets the owner of this key (wire::keyFromText) watch a film that was published here with Access::Permit. `permitMade` tells the link.
    virtual void makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) = 0;
    /// Keeps the permit in such a link for later; open() does it by itself. `permitTaken` tells the outcome.
    virtual void takePermit(const QString& link) = 0;

    /// Films of the tracker's catalogue that have these words, or the newest of all; `cursor` is empty or an earlier page's next.
    /// `searched` tells them.
    virtual void search(const QString& text, const QString& cursor) = 0;
    /// `posterCame` brings it, unless nobody has it.
    virtual void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster) = 0;
    /// Asks the seeders that the tracker names whether they are there; `seedersChecked` tells it. They see this computer's address.
    virtual void checkSeeders(const base::ContentId& content) = 0;

    /// One of the ways to find seeders, from the next search on; the choice is kept.
    virtual void setSource(SourceKind kind, bool on) = 0;

    /// Another wallet tracker, by its link, from now on and at the next start. Contracts are closed first; what lies at the one before
    /// stays there. A wallet under a passphrase is locked then. `walletActionDone` tells the outcome.
    virtual void setTracker(const QString& link) = 0;

    /// Ends contracts and connections with receipts flushed; `stopped` comes at the latest after 3 s.
    virtual void stop() = 0;

Q_SIGNALS:
    /// The snapshot is another one: on each change of a state at once, of a figure at most four times a second.
    void changed();
    void subtitlesCame(const mutoscope::node::SubtitlePiece& piece);
    void searched(const mutoscope::node::FilmPage& page);
    /// A picture's bytes; its hash was checked, what it shows comes from a stranger.
    void posterCame(const mutoscope::base::ContentId& content, const QByteArray& picture);
    void seedersChecked(const mutoscope::node::FilmHealth& health);
    /// Progress 0 … 1 of publish().
    void publishing(double fraction);
    /// Link of the film, or an empty one and why it was not published.
    void published(const QString& link, const QString& problem);
    /// The film's link with the permit in it, or an empty one and why there is none.
    void permitMade(const mutoscope::base::ContentId& content, const QString& link, const QString& problem);
    /// The film's title, or why the permit is of no use.
    void permitTaken(const QString& title, const QString& problem);
    /// Of the key's actions: empty if it went well, else the reason.
    void keysDone(const QString& problem);
    /// Null, and why, if they can't be shown.
    void wordsCame(const mutoscope::crypto::SharedSecret& words, const QString& problem);
    void contractCame(const mutoscope::node::ContractPage& page);
    /// Outcome of topUp, payOutIncome, closeSpendAddress, send and setTracker: empty if it went well, else the reason.
    void walletActionDone(const QString& problem);
    void stopped();
};

} // namespace mutoscope::node
