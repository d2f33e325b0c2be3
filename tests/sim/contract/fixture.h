#pragma once

#include <QTest>

#include "p2p/wire/amount.h"
#include "tests/sim/contract/world.h"

namespace mutoscope::test
{

inline constexpr base::Tokens price(1'000'000);
inline constexpr base::Tokens funds(10'000'000);

/// One tracker, one seeder with a film announced, one viewer with tokens.
struct Fixture {
    QTemporaryDir folder;
    VirtualTime time;
    VirtualNetwork wires{time};
    VirtualHost trackersHost{time};
    VirtualHost seedersHost{time};
    VirtualHost viewersHost{time};
    TrackerNode tracker{place(trackersHost)};
    std::unique_ptr<SeederNode> seeder = makeSeeder();
    std::unique_ptr<ViewerNode> viewer = makeViewer();
    base::ContentId film = Film::publish(seeder->basics, time, path("seeder"));
    std::unique_ptr<viewer::Session> session;
    std::optional<std::string> permit; ///< that the viewer was given
    bool waitForPlayer = false;        ///< of the sessions that are started

    Fixture()
    {
        need(seeder->seeder->setTitle(film, price, true));
        // The wallet is ready and the film announced.
        const auto ready = [this] {
            return viewer->basics.wallet.accounts().spendAddress && seeder->seeder->titles().front().problem.empty();
        };
        if (!time.runUntil(ready, std::chrono::seconds(60)))
            qFatal("the world does not start");
        tracker.issue(*viewer->basics.wallet.accounts().spendAddress, funds);
        viewer->basics.wallet.refresh();
        time.advance(std::chrono::seconds(1));
    }

    [[nodiscard]] Place place(VirtualHost& host) { return {.time = host, .disk = host, .wires = wires, .host = &host}; }
    [[nodiscard]] std::string path(const char* name) const
    {
        return folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    [[nodiscard]] std::unique_ptr<SeederNode> makeSeeder()
    {
        return std::make_unique<SeederNode>(place(seedersHost), 2, path("seeder"));
    }
    [[nodiscard]] std::unique_ptr<ViewerNode> makeViewer()
    {
        return std::make_unique<ViewerNode>(place(viewersHost), 3, path("viewer"));
    }

    [[nodiscard]] wire::Signed<wire::Offer> offer()
    {
        std::optional<discovery::Offers> found;
        viewer->offers.find(film, [&](auto offers, bool) { found = need(std::move(offers)); });
        time.runUntil([&] { return found.has_value(); }, std::chrono::seconds(10));
        return found->front();
    }
    [[nodiscard]] content::Stream stream() { return need(seeder->basics.library->load(film)); }
    [[nodiscard]] std::unique_ptr<viewer::Channel> channel()
    {
        return std::make_unique<viewer::Channel>(viewer->channelParts(), stream(), offer());
    }
    /// Ends the seeder's process and starts it again with other settings.
    void restartSeeder(seeder::SeederSettings settings)
    {
        seeder.reset();
        seeder = std::make_unique<SeederNode>(place(seedersHost), 2, path("seeder"), settings);
        need(seeder->seeder->setTitle(film, price, true));
        if (!time.runUntil([this] { return seeder->seeder->titles().front().problem.empty(); },
                           std::chrono::seconds(60)))
            qFatal("the seeder does not come back");
    }
    /// Ends the viewer's process: nothing that it would still like to say leaves it.
    void killViewer()
    {
        wires.setFault([](const auto&, const auto&) { return VirtualNetwork::Fate::LoseRequest; });
        session.reset();
        viewer.reset();
        wires.setFault({});
    }
    [[nodiscard]] base::Result<void> open(viewer::Channel& channel, base::Tokens cap)
    {
        std::optional<base::Result<void>> result;
        channel.open(cap, *viewer->basics.wallet.accounts().spendAddress, [&](const auto& opened) { result = opened; });
        time.runUntil([&] { return result.has_value(); }, std::chrono::seconds(120));
        return result.value_or(base::fail(base::ErrorCode::Internal, "open() never called back"));
    }
    [[nodiscard]] base::Result<net::Body> fetch(viewer::Channel& channel, std::uint32_t index)
    {
        std::optional<base::Result<net::Body>> result;
        channel.fetch(base::SegmentIndex(index), [&](const auto& fetched) { result = fetched; });
        time.runUntil([&] { return result.has_value(); }, std::chrono::seconds(600));
        return result.value_or(base::fail(base::ErrorCode::Internal, "fetch() never called back"));
    }
    [[nodiscard]] std::optional<wire::ContractAnswer> finish(viewer::Channel& channel)
    {
        std::optional<wire::ContractAnswer> answer;
        channel.finish("done", [&](const auto& settled) { answer = settled; });
        time.runUntil([&] { return answer.has_value(); }, std::chrono::seconds(600));
        return answer;
    }
    [[nodiscard]] base::Tokens priceOf(int segments)
    {
        base::ByteCount bytes;
        for (int i = 0; i < segments; ++i)
            bytes += stream().segment(base::SegmentIndex(static_cast<std::uint32_t>(i))).bytes;
        return need(wire::amountDue(bytes, price));
    }
    [[nodiscard]] base::Tokens earned() { return tracker.balance(seeder->basics.key.publicKey()).income->balance; }
    [[nodiscard]] base::Tokens spendable() { return tracker.balance(viewer->basics.key.publicKey()).spend->balance; }
    [[nodiscard]] base::Tokens locked() { return tracker.balance(viewer->basics.key.publicKey()).locked; }

    void startSession(base::Tokens approveUpTo, std::function<void(viewer::SessionOptions::Limit)> limit = {}, std::int64_t calmStartMs = 0)
    {
        session =
            std::make_unique<viewer::Session>(viewer::Session::Parts{viewer->channelParts(), time, viewer->offers,
                                                                     viewer->basics.wallet, *viewer->basics.library},
                                              discovery::ContentLink{.content = film, .tracker = {}, .seeders = {}},
                                              viewer::SessionOptions{.approveUpTo = approveUpTo, .calmStartMs = calmStartMs, .waitForPlayer = waitForPlayer, .permitOf = [this](const auto&, const auto&) { return permit; }, .limit = std::move(limit)},
                                              [] {});
        session->start();
    }
    [[nodiscard]] bool reaches(viewer::Stage stage, std::chrono::milliseconds limit = std::chrono::seconds(60))
    {
        return time.runUntil([&] { return session->viewing().stage == stage; }, limit);
    }
    /// Nothing locked, and what left the viewer arrived at the seeder.
    void verifyBooks(base::Tokens paid)
    {
        QCOMPARE(locked().value(), 0);
        QCOMPARE(earned().value(), paid.value());
        QCOMPARE(spendable().value(), (funds - paid).value());
        const auto books = tracker.check();
        QVERIFY2(books, books ? "" : books.error().message.c_str());
    }
};

} // namespace mutoscope::test
