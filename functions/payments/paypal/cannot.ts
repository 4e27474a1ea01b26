/** What PayPal cannot do, as the records of rejected webhooks say it. */
export const cannot = {
  /** Its "suspend" takes the subscription out of service, and leaves it to its payer to end it. */
  pause:
    'PayPal cannot stop the charges of a subscription and leave the access as it is: aal_adminstopsubscription is not for PayPal',
  charge: 'PayPal decides itself when it charges: aal_chargesubscription is not for PayPal',
  promotionCodes: 'PayPal has no promotion codes: aal_createcoupon is not for PayPal',
};
