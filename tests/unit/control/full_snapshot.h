#pragma once

#include "p2p/control/messages.h"

namespace mutoscope::tests
{

template <class Fixed>
[[nodiscard]] Fixed filled(char with)
{
    return Fixed::fromRaw(std::string(Fixed::size, with));
}

/// Sets every member to something of its own: a field list that mixes two up, or leaves one out, shows.
class Filler
{
public:
    template <class T, class... Limits>
    void operator()(const char*, T& member, Limits...)
    {
        value(member);
    }
    template <class T>
    void value(T& value)
    {
        namespace traits = control::traits;
        ++m_next;
        if constexpr (std::is_same_v<T, bool>) {
            value = true;
        } else if constexpr (std::is_arithmetic_v<T>) {
            value = static_cast<T>(m_next);
        } else if constexpr (std::is_enum_v<T>) {
            value = static_cast<T>(1);
        } else if constexpr (traits::isStrong<T>) {
            value = T(static_cast<typename T::Value>(m_next));
        } else if constexpr (traits::isFixed<T>) {
            value = filled<T>(static_cast<char>(m_next));
        } else if constexpr (std::is_same_v<T, QUrl>) {
            value = QUrl(QStringLiteral("http://127.0.0.1:%1/a%20b").arg(m_next));
        } else if constexpr (std::is_same_v<T, crypto::SharedSecret>) {
            value = std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf("secret " + std::to_string(m_next)));
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = "text \"ä\" \n " + std::to_string(m_next);
        } else if constexpr (std::is_same_v<T, QString>) {
            value = QStringLiteral("text ß %1").arg(m_next);
        } else if constexpr (std::is_same_v<T, QByteArray>) {
            value = QByteArray(1 + m_next % 7, '\xff');
        } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
            value = "/films/" + std::to_string(m_next);
        } else if constexpr (traits::isOptional<T>) {
            this->value(value.emplace());
        } else if constexpr (traits::isShared<T>) {
            auto made = std::make_shared<std::remove_const_t<typename T::element_type>>();
            this->value(*made);
            value = std::move(made);
        } else if constexpr (traits::isVector<T>) {
            value.resize(2);
            for (auto& each : value)
                this->value(each);
        } else if constexpr (requires { value.fields(*this); }) {
            value.fields(*this);
        } else {
            using control::fields;
            fields(*this, value);
        }
    }

private:
    int m_next = 0;
};

template <class T>
[[nodiscard]] T full()
{
    T value;
    Filler filler;
    filler.value(value);
    return value;
}

} // namespace mutoscope::tests
