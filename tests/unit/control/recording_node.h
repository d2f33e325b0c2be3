#pragma once

#include <string>
#include <vector>

#include "p2p/control/messages.h"

namespace mutoscope::tests
{

/// Writes down what it was asked. The test says what it says.
class RecordingNode : public node::Node
{
public:
    node::Snapshot shot;
    std::vector<std::string> asked; ///< function and arguments, as a list

    [[nodiscard]] const node::Snapshot& snapshot() const override { return shot; }
    void tell() { Q_EMIT changed(); }

    void open(const QString& link, const node::PlayOptions& options) override { note("open", link, options); }
    void approve(base::Tokens cap) override { note("approve", cap); }
    void setReadAhead(std::int64_t ms) override { note("setReadAhead", ms); }
    void retry(node::WayOut how) override { note("retry", how); }
    void setQuality(std::optional<std::size_t> quality) override { note("setQuality", quality); }
    void fetchSubtitles(std::size_t playlist, std::int64_t ms) override { note("fetchSubtitles", playlist, ms); }
    void finish(const QString& reason) override { note("finish", reason); }
    void createWallet(const crypto::SharedSecret& passphrase) override { note("createWallet", passphrase); }
    void restoreWallet(const crypto::SharedSecret& words, const crypto::SharedSecret& passphrase) override { note("restoreWallet", words, passphrase); }
    void unlock(const crypto::SharedSecret& passphrase) override { note("unlock", passphrase); }
    void lock() override { note("lock"); }
    void showWords(const crypto::SharedSecret& passphrase) override { note("showWords", passphrase); }
    void confirmWords(const crypto::SharedSecret& words) override { note("confirmWords", words); }
    void setPassphrase(const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override { note("setPassphrase", passphrase, next); }
    void moveKey(node::KeyPlace to, const crypto::SharedSecret& passphrase, const crypto::SharedSecret& next) override { note("moveKey", to, passphrase, next); }
    void topUp(base::Tokens amount) override { note("topUp", amount); }
    void payOutIncome() override { note("payOutIncome"); }
    void closeSpendAddress() override { note("closeSpendAddress"); }
    void fetchContract(const base::ContractId& contract) override { note("fetchContract", contract); }
    void send(const base::Address& to, base::Tokens amount, const QString& memo) override { note("send", to, amount, memo); }
    void refreshWallet() override { note("refreshWallet"); }
    void publish(const node::Publication& publication) override { note("publish", publication); }
    void cancelPublishing() override { note("cancelPublishing"); }
    void setSeeding(const base::ContentId& content, bool on) override { note("setSeeding", content, on); }
    void setPrice(const base::ContentId& content, base::Tokens price) override { note("setPrice", content, price); }
    void setSeedingRules(const node::SeedingRules& rules) override { note("setSeedingRules", rules); }
    void removeFilm(const base::ContentId& content) override { note("removeFilm", content); }
    void makePermit(const base::ContentId& content, const base::PublicKey& viewer, base::UnixMs expires) override { note("makePermit", content, viewer, expires); }
    void takePermit(const QString& link) override { note("takePermit", link); }
    void search(const QString& text, const QString& cursor) override { note("search", text, cursor); }
    void fetchPoster(const base::ContentId& content, const wire::ObjectRef& poster) override { note("fetchPoster", content, poster); }
    void checkSeeders(const base::ContentId& content) override { note("checkSeeders", content); }
    void setTracker(const QString& link) override { note("setTracker", link); }
    void setSource(node::SourceKind kind, bool on) override { note("setSource", kind, on); }
    void stop() override { note("stop"); }

private:
    template <class... Arguments>
    void note(const char* name, const Arguments&... arguments)
    {
        asked.push_back(name + control::Writer::textOf(std::tuple(arguments...)));
    }
};

} // namespace mutoscope::tests
