#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

/// Who may connect. Internal to p2p/net.
namespace mutoscope::net
{

/// Counts connections, all and per network. Any thread.
class Admission : public std::enable_shared_from_this<Admission>
{
public:
    /// A connection's place; gives it back when it goes.
    class Ticket
    {
    public:
        Ticket(std::shared_ptr<Admission> owner, std::string network);
        ~Ticket();
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

    private:
        std::shared_ptr<Admission> m_owner;
        std::string m_network;
    };

    Admission(int maxTotal, int maxPerNetwork) : m_maxTotal(maxTotal), m_maxPerNetwork(maxPerNetwork) {}

    /// Nothing where there is no place left.
    [[nodiscard]] std::unique_ptr<Ticket> admit(const std::string& network);
    /// Whether it is time to close an idle connection: seven eighths are taken.
    [[nodiscard]] bool isCrowded() const;
    [[nodiscard]] int total() const;
    /// For whoever comes from now on.
    void setLimits(int maxTotal, int maxPerNetwork);
    /// Until nobody is left or the time is up.
    void waitUntilEmpty(std::chrono::milliseconds atMost);

private:
    void leave(const std::string& network);

    mutable std::mutex m_mutex; ///< of everything below
    int m_maxTotal;
    int m_maxPerNetwork;
    std::condition_variable m_empty;
    int m_total = 0;
    std::map<std::string, int> m_perNetwork;
};

} // namespace mutoscope::net
