#pragma once

#include "tests/sim/contract/fixture.h"

namespace mutoscope::test
{

/// The fixture with more seeders, each at the end of a line that carries so and so much, and a player that plays what the session
/// gives it. After each transaction of the tracker it is checked that no more is reserved and paid than was approved.
struct Crowd : Fixture {
    using Ms = std::chrono::milliseconds;
    static constexpr int segmentCount = 45;
    static constexpr int bytesEach = 50'000; ///< for 4 s
    static constexpr std::int64_t filmRate = bytesEach / 4;

    struct Line {
        std::int64_t bytesPerSecond = 1'000'000;
        Ms freeAt{0};
    };
    std::map<std::uint16_t, Line> lines;
    std::map<int, std::unique_ptr<VirtualHost>> hosts;
    std::map<int, std::unique_ptr<SeederNode>> others; ///< by their number, from 4
    base::Tokens cap;
    base::Tokens most; ///< that was reserved and paid at a time
    Ms oneWay{10};

    Crowd()
    {
        film = publishLong();
        need(seeder->seeder->setTitle(film, price, true));
        awaitAnnounced(*seeder);
        wires.setWeather([this](const std::string&, std::uint16_t port, const net::HttpRequest& request) { return journey(port, request); });
        tracker.onCommit = [this] { most = std::max(most, funds - spendable()); };
    }
    ~Crowd() { tracker.onCommit = [] {}; }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    [[nodiscard]] base::ContentId publishLong()
    {
        const std::string folderOfIt = path("long");
        std::string playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n";
        for (int i = 0; i < segmentCount; ++i) {
            const std::string name = "s" + std::to_string(i) + ".ts";
            need(base::writeFileDurably(folderOfIt + "/" + name, std::string(bytesEach, static_cast<char>(i))));
            playlist += "#EXTINF:4.0,\n" + name + "\n";
        }
        need(base::writeFileDurably(folderOfIt + "/index.m3u8", playlist + "#EXT-X-ENDLIST\n"));
        const auto manifest = need(content::importHls(
            folderOfIt + "/index.m3u8", {.network = network, .title = "Long", .description = {}, .poster = {}, .access = wire::Access::Open},
            *seeder->basics.store, seeder->basics.key, time, [](double) { return true; }));
        need(seeder->basics.library->add(manifest));
        return wire::contentId(manifest);
    }
    void awaitAnnounced(SeederNode& node)
    {
        const auto announced = [&node] {
            return std::ranges::all_of(node.seeder->titles(), [](const auto& title) { return title.problem.empty(); });
        };
        if (!time.runUntil(announced, std::chrono::seconds(60)))
            qFatal("a seeder is not announced");
    }
    /// The fixture's own seeder is 2, the viewer 3.
    SeederNode& addSeeder(int number, base::Tokens itsPrice, seeder::SeederSettings settings = {})
    {
        auto& host = hosts[number];
        if (!host)
            host = std::make_unique<VirtualHost>(time);
        host->revive();
        auto& node = others[number];
        const std::string name = "seeder" + std::to_string(number);
        node = std::make_unique<SeederNode>(place(*host), static_cast<std::uint8_t>(number), path(name.c_str()), settings);
        if (node->basics.library->hasAll(film)) {
            need(node->seeder->setTitle(film, itsPrice, true));
            return *node; // it was here before
        }
        const auto stream = this->stream();
        const auto copy = [&](const base::Sha256& hash) { need(node->basics.store->put(hash, *need(seeder->basics.store->get(hash)))); };
        for (const auto& playlist : stream.manifest().message.playlists)
            copy(playlist.sha256);
        for (std::uint32_t i = 0; i < stream.segmentCount(); ++i)
            copy(stream.segment(base::SegmentIndex(i)).sha256);
        need(node->basics.library->add(stream.manifest()));
        need(node->seeder->setTitle(film, itsPrice, true));
        return *node;
    }
    /// As kill -9 does.
    void kill(int number)
    {
        hosts.at(number)->die();
        others.erase(number);
        const std::uint16_t port = SeederNode::portOf(static_cast<std::uint8_t>(number));
        wires.breakOff(port);
        lines[port].freeAt = time.monotonic();
    }
    void setLine(int number, std::int64_t bytesPerSecond) { lines[SeederNode::portOf(static_cast<std::uint8_t>(number))].bytesPerSecond = bytesPerSecond; }
    [[nodiscard]] VirtualNetwork::Journey journey(std::uint16_t port, const net::HttpRequest& request)
    {
        VirtualNetwork::Journey way{.there = oneWay, .back = oneWay, .lasts = {}, .losesRequest = false, .losesAnswer = false, .again = {}};
        const auto line = lines.find(port);
        const int number = port - SeederNode::portOf(0);
        const bool isGone = hosts.contains(number) && !hosts.at(number)->isAlive(); // its system refuses the connection at once
        if (isGone || line == lines.end() || request.target.find("/segments/") == std::string::npos)
            return way;
        Ms& freeAt = line->second.freeAt;
        way.lasts = Ms(bytesEach * 1000 / line->second.bytesPerSecond);
        freeAt = std::max(freeAt, time.monotonic() + oneWay) + way.lasts;
        way.back += freeAt - time.monotonic() - oneWay;
        return way;
    }
    [[nodiscard]] base::Tokens earnedBy(int number)
    {
        const auto income = tracker.balance(keyOf(static_cast<std::uint8_t>(number)).publicKey()).income;
        return income ? income->balance : base::Tokens();
    }

    /// What plays: asks for the next segment while it has less than two in reserve.
    struct Player {
        Ms played{0};
        Ms stood{0}; ///< since it began
        bool began = false;
        std::uint32_t asked = 0; ///< how many
        std::set<std::uint32_t> has;
    };
    Player player;
    std::uint64_t wishes = 0;

    void watch(base::Tokens approved)
    {
        cap = approved;
        startSession(approved);
        if (!time.runUntil([this] { return !session->viewing().gateway.isEmpty(); }, std::chrono::seconds(60)))
            qFatal("no gateway: %d %s", static_cast<int>(session->viewing().stage), session->viewing().problem ? session->viewing().problem->sentence.c_str() : "");
    }
    void play(Ms duration)
    {
        constexpr Ms step(50);
        for (const Ms end = time.monotonic() + duration; time.monotonic() < end;) {
            const auto position = static_cast<std::uint32_t>(player.played / Ms(4'000));
            if (position >= segmentCount)
                return;
            while (player.asked <= position + 2 && player.asked < segmentCount && player.asked == player.has.size()) {
                const std::uint32_t index = player.asked++;
                session->want(++wishes, base::SegmentIndex(index), [this, index](const auto&) { player.has.insert(index); });
            }
            time.advance(step);
            player.began = player.began || player.has.size() >= 3;
            if (player.began && player.has.contains(position))
                player.played += step;
            else if (player.began)
                player.stood += step;
        }
    }
    /// Everything is closed, the money is where it belongs, and it never was more than approved.
    void verifyEnd()
    {
        session->finish("enough");
        QVERIFY(time.runUntil([this] { return session->isSettled() && locked().value() == 0; }, std::chrono::minutes(20)));
        QVERIFY2(most <= cap, (std::to_string(most.value()) + " of " + std::to_string(cap.value())).c_str());
        const auto books = tracker.check();
        QVERIFY2(books, books ? "" : books.error().message.c_str());
    }
};

} // namespace mutoscope::test
