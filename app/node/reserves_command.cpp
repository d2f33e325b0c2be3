#include "app/node/reserves_command.h"

#include <cstdio>

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include "p2p/base/executor.h"
#include "p2p/net/qt_client.h"
#include "p2p/wallet/key_file.h"
#include "p2p/wallet/keychain.h"
#include "p2p/wallet/keyring.h"
#include "p2p/wallet/reserves_check.h"

namespace mutoscope::app
{

namespace
{

int complain(const base::Error& error)
{
    std::fprintf(stderr, "mutoscope-node: %s\n", error.message.c_str());
    return 1;
}

int say(const wallet::ReservesReport& report)
{
    nlohmann::json line{{"event", "reserves"},
                        {"time", report.time.value()},
                        {"owed_and_issued", report.owed.value()},
                        {"addresses", report.leaves}};
    for (const auto& own : report.balances)
        line["proven"][std::string(wire::enumName(own.kind))] = own.proven.value();
    std::printf("%s\n", line.dump().c_str());
    return 0;
}

} // namespace

int checkReserves(const node::NodeConfig& config)
{
    base::QtExecutor executor;
    wallet::KeyFile file(config.dataFolder / "node-key");
    wallet::Keychain keychain(executor, node::keychainEntry(config));
    wallet::Keyring keyring({.folder = config.dataFolder,
                             .file = file,
                             .keychain = keychain,
                             .place = config.keys.place,
                             .plainFile = config.keys.plainFile,
                             .aside = [](const auto& work, const auto& then) {
                                 work(); // nobody waits for anything else
                                 then();
                             }});
    std::optional<crypto::NodeKey> key;
    const base::SystemClock clock;
    crypto::SystemRandom random;
    net::QtHttpClient http(executor);
    std::optional<wallet::TrackerClient> tracker;
    const auto opened = [&](base::Result<crypto::NodeKey> result) {
        if (!result)
            return QCoreApplication::exit(complain(result.error()));
        key = std::move(*result);
        tracker.emplace(wallet::TrackerClient::Parts{http, executor, clock, random, *key, config.network, config.tracker});
        tracker->handshake([&](const base::Result<wallet::TrackerIdentity>& identity) {
            if (!identity)
                return QCoreApplication::exit(complain(identity.error()));
            // Contracts are in the books of the node that runs; here it's about the addresses.
            wallet::checkReserves(*tracker, config.network, key->publicKey(), {},
                                  [](const base::Result<wallet::ReservesReport>& report) {
                                      QCoreApplication::exit(report ? say(*report) : complain(report.error()));
                                  });
        });
    };
    executor.post([&] {
        if (config.keys.create)
            keyring.openOrCreate(config.keys.passphrase, opened);
        else
            keyring.open(config.keys.passphrase, opened);
    });
    return QCoreApplication::exec();
}

} // namespace mutoscope::app
