#pragma once

#include <optional>
#include <string>

#include "p2p/base/encoding.h"
#include "p2p/tracker/service.h"
#include "tests/unit/ledger/ledger_world.h"

namespace mutoscope::test
{

/// The tracker's service without a network: each call runs until it is answered.
struct Tracker : World {
    explicit Tracker(const std::filesystem::path& file = ":memory:", ledger::Rules someRules = {})
        : World(file, someRules), committer(*ledger, {.queue = 100, .batch = 128, .thread = false}),
          service({.network = network, .name = "Tester", .tlsPin = crypto::sha256("certificate")}, tracker, committer, clock)
    {
    }

    net::HttpResponse call(const std::string& method, const std::string& body, const std::string& verb = "POST")
    {
        std::optional<net::HttpResponse> response;
        service.handle({.method = verb, .target = "/v1/" + method, .body = body, .peer = "test"},
                       [&](net::HttpResponse given) { response = std::move(given); });
        committer.runPending();
        if (!response)
            qFatal("no answer to %s", method.c_str());
        return *response;
    }
    template <class A, class M>
    base::Result<A> ask(const std::string& method, const wire::Signed<M>& request)
    {
        const auto response = call(method, request.bytes);
        auto answer = wire::openAnswer<A>(response.status, *response.body, network, tracker.publicKey(), request.payload);
        if (!answer)
            return tl::unexpected(answer.error());
        return answer->message;
    }
    template <class M>
    wire::Signed<M> from(const crypto::NodeKey& key)
    {
        return wire::sign(request<M>(key), key);
    }
    /// What a message that was dropped must not have changed.
    std::string books()
    {
        std::string text;
        (void)ledger->read([&](ledger::Ledger& l) -> base::Result<void> {
            for (const ledger::Store::Head& head : l.store().heads())
                text += base::toHex(head.hash);
            l.store().eachAccount([&](const ledger::Account& account) {
                text += base::toHex(account.address) + std::to_string(account.balance.value());
                return true;
            });
            return {};
        });
        return text;
    }

    ledger::GroupCommitter committer;
    tracker::Service service;
};

template <class T>
int statusOf(const base::Result<T>& result)
{
    return result ? 200 : base::httpStatus(result.error().code);
}

} // namespace mutoscope::test
