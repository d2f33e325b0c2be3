#pragma once

#include <string>

#include "p2p/control/messages.h"

namespace mutoscope::control
{

/// The facade of a node that is somewhere else, without the line between the two: each call becomes a line for `transmit`,
/// each line that comes for `take` becomes the snapshot or a signal.
class Mirror : public node::Node
{
    Q_OBJECT

public:
    using Node::Node;

    [[nodiscard]] const node::Snapshot& snapshot() const override { return m_snapshot; }

    void open(const QString& link, const node::PlayOptions& options) override;
    void approve(base::Tokens cap) override;
    void setReadAhead(std::int64_t ms) override;
    void retry(node::WayOut how) override;
    void setQuality(std::optional<std::size_t> quality) override;
    void fetchSubtitles(std::size_t playlist, std::int64_t ms) override;
    void finish(const QString& reason) override;
    void createWallet(const crypto::SharedSecret& passphrase) override;
    void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase) override;
    void unlock(const crypto::SharedSecret& passphrase) override;
    void lock() override;
    void showWords(const crypto::SharedSecret& passphrase) override;
    void confirmWords(const crypto::SharedSecret& words) override;
    void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override;
    void moveKey(node::KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override;
    void topUp(base::Tokens amount) override;
    void payOutIncome() override;
    void closeSpendAddress() override;
    void fetchContract(const base::ContractId& contract) override;
    void send(const base::Address& to, base::Tokens amount, const QString& memo) override;
    void refreshWallet() override;
    /// Relative paths are this process's.
    void publish(const node::Publication& publication) override;
    void cancelPublishing() override;
    void setSeeding(const base::ContentId& content, bool on) override;
    void setPrice(const base::ContentId& content, base::Tokens pricePerMiB) override;
    void setSeedingRules(const node::SeedingRules& rules) override;
    void removeFilm(const base::ContentId& content) override;
    void makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) override;
    void takePermit(const QString& link) override;
    void search(const QString& text, const QString& cursor) override;
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster) override;
    void checkSeeders(const base::ContentId& content) override;
    void setSource(node::SourceKind kind, bool on) override;
    void setTracker(const QString& link) override;
    void stop() override;

Q_SIGNALS:
    /// The node did not take a call.
    void refused(const QString& why);

protected:
    /// Without the line's end.
    virtual void transmit(std::string line) = 0;
    [[nodiscard]] base::Result<void> take(std::string_view line);

private:
    template <auto function, class... Arguments>
    void pass(const Arguments&... arguments);

    node::Snapshot m_snapshot;
};

} // namespace mutoscope::control
