#include "p2p/tracker/rate_limit.h"

#include <algorithm>

#include <QHostAddress>

namespace mutoscope::tracker
{

namespace
{

std::string networkOf(const std::string& address)
{
    const QHostAddress parsed(QString::fromStdString(address));
    bool isIpv4 = false;
    const quint32 ipv4 = parsed.toIPv4Address(&isIpv4); // also of ::ffff:1.2.3.4
    if (isIpv4)
        return std::to_string(ipv4);
    const Q_IPV6ADDR ipv6 = parsed.toIPv6Address();
    return std::string(reinterpret_cast<const char*>(&ipv6), 8);
}

} // namespace

double RateLimit::refilled(const Bucket& bucket, std::chrono::milliseconds now) const
{
    const double minutes = std::chrono::duration<double, std::ratio<60>>(now - bucket.at).count();
    return std::min(m_burst, bucket.left + minutes * m_perMinute);
}

bool RateLimit::take(const std::string& address, std::chrono::milliseconds now)
{
    if (m_perMinute <= 0)
        return true;
    const std::string network = networkOf(address);
    const std::lock_guard lock(m_mutex);
    if (m_buckets.size() >= maxNetworks && !m_buckets.contains(network)) {
        std::erase_if(m_buckets, [&](const auto& each) { return refilled(each.second, now) >= m_burst; });
        if (m_buckets.size() >= maxNetworks)
            m_buckets.clear(); // so many at once are more than one line's doing, which is all that this is against
    }
    const auto [it, isNew] = m_buckets.try_emplace(network, Bucket{m_burst, now});
    Bucket& bucket = it->second;
    bucket.left = refilled(bucket, now);
    bucket.at = now;
    if (bucket.left < 1)
        return false;
    bucket.left -= 1;
    return true;
}

} // namespace mutoscope::tracker
