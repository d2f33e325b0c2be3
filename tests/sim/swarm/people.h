#pragma once

#include "tests/sim/contract/world.h"
#include "tests/sim/swarm/plan.h"

/// Those who watch: honest ones with the real session, and liars who send what they like.
namespace mutoscope::test::swarm
{

/// A viewer that can be killed and started again from its folder.
class Person
{
public:
    Person(Place place, int number, std::filesystem::path folder, Dice dice)
        : m_place(std::move(place)), m_number(static_cast<std::uint8_t>(number)), m_key(keyOf(m_number)),
          m_folder(std::move(folder)), m_dice(dice)
    {
    }
    virtual ~Person() = default;
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;

    /// For the next start.
    void setPlace(const Place& place) { m_place.emplace(place); }
    virtual void start() = 0;
    /// The objects of a process whose host has died.
    virtual void bury() = 0;
    /// Wants no more of the film; what is open is to be closed.
    virtual void leave() = 0;
    [[nodiscard]] virtual bool isDone() const = 0;
    [[nodiscard]] virtual NodeBasics* basics() = 0;
    /// What it was told of things that went wrong.
    [[nodiscard]] std::set<std::string> problems() const { return m_problems; }
    [[nodiscard]] base::PublicKey key() const { return m_key.publicKey(); }

protected:
    std::optional<Place> m_place;
    const std::uint8_t m_number;
    const crypto::NodeKey m_key;
    const std::filesystem::path m_folder;
    Dice m_dice;
    std::set<std::string> m_problems;
};

/// Watches the film with the real session: segment after segment, with pauses and jumps, may leave in the middle and
/// come back.
class Audience final : public Person
{
public:
    Audience(Place place, int number, std::filesystem::path folder, Dice dice, base::ContentId film);

    void start() override;
    void bury() override;
    void leave() override;
    [[nodiscard]] bool isDone() const override { return m_leaving && m_node && !m_session; }
    [[nodiscard]] NodeBasics* basics() override { return m_node ? &m_node->basics : nullptr; }

private:
    void look();
    void watch();

    const base::ContentId m_film;
    std::unique_ptr<ViewerNode> m_node;
    std::unique_ptr<viewer::Session> m_session;
    bool m_leaving = false;
    bool m_finishing = false;
    std::uint64_t m_wish = 0;
    std::uint32_t m_position = 0;
    milliseconds m_quietUntil{};
};

/// A viewer without manners: proposes many contracts against one balance, stops paying, repeats, signs lower or more
/// than it has, closes behind the seeder's back, moves its tokens away.
class Liar final : public Person
{
public:
    Liar(Place place, int number, std::filesystem::path folder, Dice dice, content::Stream film,
         std::vector<wire::Offer> victims);

    void start() override;
    void bury() override;
    void leave() override { m_leaving = true; }
    [[nodiscard]] bool isDone() const override { return m_leaving; }
    [[nodiscard]] NodeBasics* basics() override { return m_basics.get(); }

private:
    struct Deal {
        wire::Signed<wire::Contract> contract;
        std::uint16_t port = 0;
        wire::SegmentRanges received;
        std::vector<wire::Signed<wire::Receipt>> receipts; ///< those that it would own up to
    };
    struct Sent {
        std::uint16_t port = 0;
        std::string target;
        std::string body;
    };

    void act();
    void propose();
    void ask(std::size_t deal);
    void take(const wire::Signed<wire::Contract>& contract, std::uint32_t index, std::uint16_t port, std::string target,
              std::string body);
    void closeAtTracker(std::size_t deal);
    void drain();
    [[nodiscard]] wire::Signed<wire::Receipt> makeReceipt(std::size_t deal);
    [[nodiscard]] wire::Receipt honestReceipt(std::size_t deal) const;
    void post(std::uint16_t port, std::string target, std::string body, net::HttpClient::Callback callback);

    const content::Stream m_film;
    const std::vector<wire::Offer> m_victims; ///< what it knows of each seeder: key, price, port in `endpoints`
    std::unique_ptr<NodeBasics> m_basics;
    std::vector<Deal> m_deals;
    std::vector<Sent> m_sent;
    bool m_leaving = false;
};

} // namespace mutoscope::test::swarm
